import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { allowingTimeOnceFailed } from '../database/statement-time.js';
import { Repetition } from '../jobs/repetition.js';
import { ShapeScoring } from './shape-scoring.js';

const PACE = { intervalMs: 5_000, intervalMsMax: 60_000 };
/** Between a few keys and the next: a hundred of them are looked at in a second, and verification does not notice. */
const PAUSE_MS = 80;

/**
 * Looks at what keys did in five minutes soon after these are over. No job among others, which would have to wait: ten
 * thousand keys are a hundred seconds, nearly all of which it leaves to those who verify keys.
 */
@Injectable()
export class ShapeWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Anomaly');
  readonly #repetition: Repetition;
  readonly #patiently = allowingTimeOnceFailed();
  #isStopping = false;

  constructor(
    private readonly scoring: ShapeScoring,
    private readonly config: Config,
  ) {
    this.#repetition = new Repetition(
      () => this.catchUp(PAUSE_MS),
      PACE,
      (error, inARow) => {
        if (inARow === 1) this.#logger.warn(`What keys did in five minutes waits to be looked at: ${String(error)}`);
      },
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.jobs.areTicking && this.config.anomaly.isOn) this.#repetition.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    await this.#repetition.stop();
  }

  /** Looks at all five minutes that are over, a few keys at a time. */
  async catchUp(pauseMs = 0): Promise<void> {
    while (!this.#isStopping && (await this.#patiently(() => this.scoring.score()))) {
      if (pauseMs > 0) await pause(pauseMs);
    }
  }
}
