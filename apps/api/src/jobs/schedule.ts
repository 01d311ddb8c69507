import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Config } from '../config/config.js';
import { Jobs } from './jobs.js';

const TICK_MS = 5_000;

/** Looks for due jobs every few seconds. */
@Injectable()
export class Schedule implements OnApplicationBootstrap, OnApplicationShutdown {
  private lastTick: Promise<void> = Promise.resolve();

  constructor(
    private readonly jobs: Jobs,
    private readonly registry: SchedulerRegistry,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.jobs.areTicking) return;
    this.registry.addInterval('jobs', setInterval(this.tick, TICK_MS));
  }

  /** What is under way is finished before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.registry.doesExist('interval', 'jobs')) return;
    this.registry.deleteInterval('jobs');
    await this.lastTick;
  }

  private readonly tick = (): void => {
    this.lastTick = this.jobs.runDue();
  };
}
