import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { BackgroundWork } from '../jobs/background-work.js';
import { Scoring } from './scoring.js';

/** With the half second in which uses come into the database, below the five seconds that are promised. */
const PACE = { intervalMs: 3_000, intervalMsMax: 10_000 };
/** As many as a busy server makes between two looks. */
const PLACES = 100_000;
/** Others wait for the one connection of the embedded database meanwhile. */
const PLACES_EMBEDDED = 10_000;

/** Looks at uses soon after they were made, while detection is on. */
@Injectable()
export class AnomalyWatch extends BackgroundWork {
  constructor(
    private readonly scoring: Scoring,
    private readonly config: Config,
  ) {
    const isOn = config.jobs.areTicking && config.anomaly.isOn;
    super({ room: 'Anomaly', pace: PACE, isOn, waiting: 'Uses of keys wait to be looked at' });
  }

  /** Looks at everything that is in the database, a batch at a time: others get the connection in between. */
  async catchUp(): Promise<void> {
    const places = this.config.database.url === null ? PLACES_EMBEDDED : PLACES;
    while (await this.scoring.uses(places));
  }

  protected override work(): Promise<void> {
    return this.catchUp();
  }
}
