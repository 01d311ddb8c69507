import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeFeed } from '../../change-feed/change-feed.js';
import { Config } from '../../config/config.js';
import { byLabel, single } from '../../metrics/metric.js';
import { Metrics } from '../../metrics/metrics.js';
import { KeyCache } from './key-cache.js';
import { VerificationCounts } from './verification-counts.js';

/** What is told of the use of keys, and of the memory that answers for it. */
@Injectable()
export class VerificationMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly counts: VerificationCounts,
    private readonly cache: KeyCache,
    private readonly feed: ChangeFeed,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.metrics.add(
      {
        name: 'akm_verifications_total',
        help: 'Uses of keys that were judged, by how it was asked for and what was found',
        type: 'counter',
        read: () => this.counts.outcomes,
      },
      {
        name: 'akm_verification_duration_seconds',
        help: 'From hearing of a use to its verdict, limits and credits included',
        type: 'histogram',
        read: () => this.counts.durations,
      },
      {
        name: 'akm_key_cache_trusted',
        help: '1 while keys are judged from memory; 0 while every use asks the database',
        type: 'gauge',
        read: () => single(performance.now() < this.feed.trustedUntil ? 1 : 0),
      },
      {
        name: 'akm_key_cache_entries',
        help: 'Secrets whose keys are in memory',
        type: 'gauge',
        read: () => single(this.cache.status.size),
      },
      {
        name: 'akm_key_cache_entries_max',
        help: 'KEY_CACHE_SIZE',
        type: 'gauge',
        read: () => single(this.config.keys.cacheSize),
      },
      {
        name: 'akm_key_cache_lookups_total',
        help: 'Secrets that were looked for in memory; a miss asks the database',
        type: 'counter',
        read: () => byLabel('result', { hit: this.cache.status.hits, miss: this.cache.status.misses }),
      },
    );
  }
}
