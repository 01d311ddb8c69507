import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';
import { EventOutbox } from '../../events/event-outbox.js';
import { Jobs } from '../../jobs/jobs.js';
import { DeliveryPump } from './delivery-pump.js';
import { forgetBefore } from './forget-deliveries.js';

const TICK_MS = 15_000;
const DAY_MS = 86_400_000;
const REMEMBERED_MS = 30 * DAY_MS;

/** When deliveries are made: as soon as a transaction with an event has committed here, and on a tick for all the rest. */
@Injectable()
export class DeliveryTrigger implements OnApplicationBootstrap {
  constructor(
    private readonly outbox: EventOutbox,
    private readonly jobs: Jobs,
    private readonly pump: DeliveryPump,
    private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onCommitted(() => {
      this.soon();
    });
    this.jobs.add({
      name: 'webhook_deliveries',
      everyMs: TICK_MS,
      // Begun and not waited for: a slow endpoint must not hold the other jobs.
      run: () => {
        this.soon();
        return Promise.resolve({ items: this.pump.takeCount(), failures: [] });
      },
    });
    this.jobs.add({
      name: 'webhook_retention',
      everyMs: DAY_MS,
      run: async (now) => ({ items: await forgetBefore(this.dataSource, now - REMEMBERED_MS), failures: [] }),
    });
  }

  soon(): void {
    if (this.config.jobs.areTicking) this.pump.poke();
  }
}
