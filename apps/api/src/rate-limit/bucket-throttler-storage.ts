import type { ThrottlerStorage } from '@nestjs/throttler';
import type { BucketReading, Clock } from '#domain';
import type { BucketStore } from './bucket-store.js';

/** What the throttler of Nest wants to hear, and what the bucket said. */
export type BucketRecord = Awaited<ReturnType<ThrottlerStorage['increment']>> & {
  readonly reading: BucketReading;
  /** Milliseconds after which this one would be admitted; 0 when it is. */
  readonly retryAfterMs: number;
};

/**
 * Keeps the counts of Nest's throttler in our buckets: in the memory of this process or in Redis for all instances, as the
 * limits of keys are. Nest's own storage counts within windows, so that twice the limit fits around the end of one, and
 * blocks for the whole of the next; a bucket says exactly when the next attempt is admitted.
 */
export class BucketThrottlerStorage implements ThrottlerStorage {
  constructor(
    private readonly buckets: BucketStore,
    private readonly clock: Clock,
  ) {}

  /** @param ttl milliseconds in which `limit` attempts are admitted. Nobody is blocked for longer than it takes. */
  async increment(key: string, ttl: number, limit: number, _block: number, name: string): Promise<BucketRecord> {
    const policies = [{ name, capacity: limit, periodMs: ttl }];
    const { admitted, buckets, retryAfterMs } = await this.buckets.spend(key, policies, 1, this.clock.now());
    const [reading] = buckets;
    if (!reading) throw new Error('A bucket that was spent from did not say what is left');
    return {
      totalHits: reading.limit - reading.remaining + (admitted ? 0 : 1),
      timeToExpire: Math.ceil(reading.resetMs / 1000),
      isBlocked: !admitted,
      timeToBlockExpire: Math.ceil(retryAfterMs / 1000),
      reading,
      retryAfterMs,
    };
  }
}
