import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { BucketStore } from '../rate-limit/bucket-store.js';
import { SharedBucketStore } from '../rate-limit/shared-bucket-store.js';

/** How limits are kept just now. Never a reason to take an instance out: without Redis it serves, less exactly. */
@Injectable()
export class LimitsHealth {
  constructor(
    private readonly buckets: BucketStore,
    private readonly indicators: HealthIndicatorService,
  ) {}

  check(name: string): HealthIndicatorResult {
    const indicator = this.indicators.check(name);
    if (!(this.buckets instanceof SharedBucketStore)) return indicator.up({ mode: 'memory' });
    return indicator.up({ mode: this.buckets.mode, local_decisions: this.buckets.localDecisions });
  }
}
