import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { allowingTimeOnceFailed } from '../database/statement-time.js';
import { Repetition } from '../jobs/repetition.js';
import { UseScoring } from './use-scoring.js';

/** With the half second in which uses come into the database, below the five seconds that are promised. */
const PACE = { intervalMs: 3_000, intervalMsMax: 10_000 };
/** As many as a busy server makes between two looks. */
const PLACES = 100_000;
/** Others wait for the one connection of the embedded database meanwhile. */
const PLACES_EMBEDDED = 10_000;

/** Looks at uses soon after they were made, while detection is on. */
@Injectable()
export class AnomalyWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Anomaly');
  readonly #repetition: Repetition;
  readonly #patiently = allowingTimeOnceFailed();

  constructor(
    private readonly scoring: UseScoring,
    private readonly config: Config,
  ) {
    this.#repetition = new Repetition(
      () => this.catchUp(),
      PACE,
      (error, inARow) => {
        if (inARow === 1) this.#logger.warn(`Uses of keys wait to be looked at: ${String(error)}`);
      },
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.jobs.areTicking && this.config.anomaly.isOn) this.#repetition.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#repetition.stop();
  }

  /** Looks at everything that is in the database, a batch at a time: others get the connection in between. */
  async catchUp(): Promise<void> {
    const places = this.config.database.url === null ? PLACES_EMBEDDED : PLACES;
    while (await this.#patiently(() => this.scoring.score(places)));
  }
}
