import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { ChangeFeed } from '../change-feed/change-feed.js';
import { KeyCache } from '../keys/verification/key-cache.js';

/** How keys are found just now. Never a reason to take an instance out: without its cache it asks the database. */
@Injectable()
export class CacheHealth {
  constructor(
    private readonly cache: KeyCache,
    private readonly feed: ChangeFeed,
    private readonly indicators: HealthIndicatorService,
  ) {}

  check(name: string): HealthIndicatorResult {
    const { size, hits, misses } = this.cache.status;
    const { mode, ageMs, lagMs } = this.feed.status;
    const trusted = performance.now() < this.feed.trustedUntil;
    return this.indicators.check(name).up({ feed: mode, trusted, age_ms: ageMs, lag_ms: lagMs, size, hits, misses });
  }
}
