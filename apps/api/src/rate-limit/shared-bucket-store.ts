import { Logger } from '@nestjs/common';
import type { BucketPolicy, Clock, Spend } from '#domain';
import { BucketStore } from './bucket-store.js';
import type { MemoryBucketStore } from './memory-bucket-store.js';
import type { RedisBucketStore } from './redis-bucket-store.js';

/** How long the shared store is left alone after it failed: a request must not wait for what is not there. */
const REST_MS = 250;

/**
 * Limits that hold over all instances while the shared store answers, and at a share of them in each instance while it
 * does not: a lost Redis costs exactness and never a request. What was spent in one mode is not known in the other.
 */
export class SharedBucketStore extends BucketStore {
  private readonly logger = new Logger('RateLimit');
  private restsUntil = -Infinity;
  private fallbacks = 0;
  private isLocal = false;

  /** @param localShare of every limit that each instance grants by itself; above 0, at most 1. */
  constructor(
    private readonly shared: RedisBucketStore,
    private readonly local: MemoryBucketStore,
    private readonly localShare: number,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** `shared`, or `local` since the shared store last failed. */
  get mode(): 'shared' | 'local' {
    return this.isLocal ? 'local' : 'shared';
  }

  /** Decisions taken locally since the start. */
  get localDecisions(): number {
    return this.fallbacks;
  }

  spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number): Spend | Promise<Spend> {
    if (this.clock.now() < this.restsUntil) return this.spendAlone(name, policies, cost, now);
    return this.shared.spend(name, policies, cost).then(this.heard, (error: unknown) => {
      this.restsUntil = this.clock.now() + REST_MS;
      this.become('local', error);
      return this.spendAlone(name, policies, cost, now);
    });
  }

  private readonly heard = (spent: Spend): Spend => {
    this.become('shared');
    return spent;
  };

  private spendAlone(name: string, policies: readonly BucketPolicy[], cost: number, now: number): Spend {
    this.fallbacks++;
    return this.local.spend(name, policies.map(this.reduced), cost, now);
  }

  private readonly reduced = (policy: BucketPolicy): BucketPolicy => ({
    ...policy,
    capacity: Math.max(1, Math.floor(policy.capacity * this.localShare)),
  });

  private become(mode: 'shared' | 'local', error?: unknown): void {
    if (mode === this.mode) return;
    this.isLocal = mode === 'local';
    if (this.isLocal) this.logger.warn(`Redis does not answer, limits are local: ${String(error)}`);
    else this.logger.log('Redis answers again, limits are shared');
  }
}
