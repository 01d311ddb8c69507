import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { EventOutbox } from '../../events/event-outbox.js';
import type { JobResult } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { DeliveryPump } from './delivery-pump.js';

const TICK_MS = 15_000;

/** When deliveries are made: as soon as a transaction with an event has committed here, and on a tick for all the rest. */
@Injectable()
export class DeliveryTrigger implements OnModuleInit {
  constructor(
    private readonly outbox: EventOutbox,
    private readonly jobs: Jobs,
    private readonly pump: DeliveryPump,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.outbox.onCommitted(() => {
      this.soon();
    });
    this.jobs.add({ name: 'webhook_deliveries', everyMs: TICK_MS, run: () => this.tick() });
  }

  soon(): void {
    if (this.config.jobs.areTicking) this.pump.poke();
  }

  /** Begins and does not wait: a slow endpoint must not hold the other jobs. It counts what was made since the last one. */
  private tick(): Promise<JobResult> {
    this.soon();
    return Promise.resolve({ items: this.pump.takeCount(), failures: [] });
  }
}
