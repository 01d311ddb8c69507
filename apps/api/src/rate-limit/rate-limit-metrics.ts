import { Injectable, type OnModuleInit } from '@nestjs/common';
import { byLabel, single } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';
import { BucketStore } from './bucket-store.js';
import { SharedBucketStore } from './shared-bucket-store.js';

/** How limits are kept just now. */
@Injectable()
export class RateLimitMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly buckets: BucketStore,
  ) {}

  onModuleInit(): void {
    const store = this.buckets instanceof SharedBucketStore ? this.buckets : null;
    this.metrics.add(
      {
        name: 'akm_limiter_mode',
        help: '1 for how limits are kept now: in memory, shared through Redis, or a local share while Redis is away',
        type: 'gauge',
        read: () => byLabel('mode', { memory: 0, shared: 0, local: 0, [store?.mode ?? 'memory']: 1 }),
      },
      {
        name: 'akm_limiter_local_decisions_total',
        help: 'Limits that were decided by the local share, because Redis did not answer',
        type: 'counter',
        read: () => single(store?.localDecisions ?? 0),
      },
    );
  }
}
