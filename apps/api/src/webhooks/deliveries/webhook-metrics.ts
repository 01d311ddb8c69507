import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { byLabel, shared, single } from '../../metrics/metric.js';
import { Metrics } from '../../metrics/metrics.js';

/** What the outside is still to be told. It lies in the database: every instance tells the same. */
@Injectable()
export class WebhookMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    const depths = shared(() => this.depths());
    this.metrics.add(
      {
        name: 'akm_webhook_outbox_events',
        help: 'Events that are not laid out for their endpoints yet',
        type: 'gauge',
        read: async () => single((await depths()).events),
      },
      {
        name: 'akm_webhook_deliveries',
        help: 'Deliveries that wait for their first attempt, or for another after a failed one',
        type: 'gauge',
        read: async () => {
          const { fresh, failing } = await depths();
          return byLabel('state', { waiting: fresh, retrying: failing });
        },
      },
      {
        name: 'akm_webhook_overdue_seconds',
        help: 'For how long the delivery that is most overdue has been due; 0 when none is',
        type: 'gauge',
        read: async () => single((await depths()).overdue),
      },
    );
  }

  private async depths(): Promise<Depths> {
    const [row] = await this.dataSource.query<Depths[]>(DEPTHS);
    if (!row) throw new Error('The depth of the outbox was not told');
    return row;
  }
}

interface Depths {
  readonly events: number;
  readonly fresh: number;
  readonly failing: number;
  readonly overdue: number;
}

/** By partial indexes of what is not over yet: however much was delivered, only the backlog is counted. */
const DEPTHS = `
  SELECT (SELECT count(*) FROM outgoing_events WHERE dispatched_at IS NULL)::int AS events,
         (count(*) FILTER (WHERE attempts = 0))::int AS fresh,
         (count(*) FILTER (WHERE attempts > 0))::int AS failing,
         coalesce(greatest(extract(epoch FROM now() - min(next_attempt_at)), 0), 0)::float8 AS overdue
  FROM webhook_deliveries
  WHERE state = 'pending'`;
