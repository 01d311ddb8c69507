import { Injectable } from '@nestjs/common';
import { type BucketPolicy, spend, type Spend } from '#domain';
import { BucketStore } from './bucket-store.js';

/**
 * Buckets of this process alone; a restart fills them all. A bucket that is full again is worth nothing and is dropped,
 * so memory follows the number of keys in use, and `maxNames` bounds it whatever the traffic: beyond it the buckets
 * that were spent from least recently are dropped early, which fills them.
 */
@Injectable()
export class MemoryBucketStore extends BucketStore {
  /** Least recently spent from first. */
  private readonly fullAt = new Map<string, readonly number[]>();

  constructor(private readonly maxNames = 4_000_000) {
    super();
  }

  spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number): Spend {
    const spent = spend(this.fullAt.get(name) ?? [], policies, cost, now);
    if (spent.admitted && cost > 0) {
      this.fullAt.delete(name);
      this.fullAt.set(name, spent.fullAt);
      this.forget(now);
    }
    return spent;
  }

  /** How many names have a bucket that is not full, give or take those nobody has come by to drop yet. */
  get size(): number {
    return this.fullAt.size;
  }

  /** Looks at the two oldest entries each time one is written: enough to shrink, and never a pause. */
  private forget(now: number): void {
    let looked = 0;
    for (const [name, fullAt] of this.fullAt) {
      if (looked++ === 2) return;
      if (this.fullAt.size > this.maxNames || fullAt.every((moment) => moment <= now)) this.fullAt.delete(name);
    }
  }
}
