import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { JobResult } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';

const DAY_MS = 86_400_000;
const REMEMBERED_MS = 30 * DAY_MS;

/** Forgets deliveries that have been over for thirty days, then the events of before that nobody is told of any more. */
@Injectable()
export class RetentionJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'webhook_retention', everyMs: DAY_MS, run: (now) => this.forget(now - REMEMBERED_MS) });
  }

  private async forget(moment: number): Promise<JobResult> {
    const before = [new Date(moment)];
    const [, items] = await this.dataSource.query<[unknown, number]>(FORGET_DELIVERIES, before);
    await this.dataSource.query(FORGET_EVENTS, before);
    return { items, failures: [] };
  }
}

const FORGET_DELIVERIES = `DELETE FROM webhook_deliveries WHERE settled_at < $1`;

const FORGET_EVENTS = `
  DELETE FROM outgoing_events AS event
  WHERE event.dispatched_at < $1
    AND NOT EXISTS (SELECT FROM webhook_deliveries AS delivery WHERE delivery.event_id = event.id)`;
