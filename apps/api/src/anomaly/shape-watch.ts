import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { BackgroundWork } from '../jobs/background-work.js';
import { Scoring } from './scoring.js';

const PACE = { intervalMs: 5_000, intervalMsMax: 60_000 };
/** Between a few keys and the next: a hundred of them are looked at in a second, and verification does not notice. */
const PAUSE_MS = 80;

/**
 * Looks at what keys did in five minutes soon after these are over. No job among others, which would have to wait: ten
 * thousand keys are a hundred seconds, nearly all of which it leaves to those who verify keys.
 */
@Injectable()
export class ShapeWatch extends BackgroundWork {
  #isStopping = false;

  constructor(
    private readonly scoring: Scoring,
    config: Config,
  ) {
    const isOn = config.jobs.areTicking && config.anomaly.isOn;
    super({ room: 'Anomaly', pace: PACE, isOn, waiting: 'What keys did in five minutes waits to be looked at' });
  }

  override async onApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    await super.onApplicationShutdown();
  }

  /** Looks at all five minutes that are over, a few keys at a time, and settles what was found when all were looked at. */
  async catchUp(pauseMs = 0): Promise<void> {
    while (!this.#isStopping && (await this.scoring.shapes())) {
      if (pauseMs > 0) await pause(pauseMs);
    }
    while (!this.#isStopping && (await this.scoring.changes()));
  }

  protected override work(): Promise<void> {
    return this.catchUp(PAUSE_MS);
  }
}
