import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Pace, Repetition } from './repetition.js';

/** What is done again and again while the application is up. */
export interface BackgroundPlan {
  /** Names the logger. */
  readonly room: string;
  readonly pace: Pace;
  /** False: nothing is done by itself, as in tests. */
  readonly isOn: boolean;
  /** What waits meanwhile, said with the first of several failures in a row. */
  readonly waiting: string;
}

/**
 * Work that no request asks for: begun when the application is up, and over before the database is taken away. Unlike a
 * job, every instance does it, and no run of it is on record.
 */
export abstract class BackgroundWork implements OnApplicationBootstrap, OnApplicationShutdown {
  protected readonly logger: Logger;
  readonly #repetition: Repetition;

  protected constructor(protected readonly plan: BackgroundPlan) {
    this.logger = new Logger(plan.room);
    this.#repetition = new Repetition(
      () => this.work(),
      plan.pace,
      (error, inARow) => {
        if (inARow === 1) this.logger.warn(`${plan.waiting}: ${String(error)}`);
      },
    );
  }

  /** One run. What it throws is logged, and it is tried again. */
  protected abstract work(): Promise<void>;

  onApplicationBootstrap(): void {
    if (this.plan.isOn) this.#repetition.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#repetition.stop();
  }
}
