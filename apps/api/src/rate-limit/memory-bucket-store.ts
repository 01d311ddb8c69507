import { Injectable } from '@nestjs/common';
import { type BucketPolicy, spend, type Spend } from '#domain';
import { BUCKETS_MAX, BucketTable } from './bucket-table.js';
import { BucketStore } from './bucket-store.js';

/** Of so many entries the one whose buckets are nearest to full is given up. */
const CANDIDATES = 8;
/** How far the hand goes for an entry in use: a table that many have left is walked through without a pause. */
const STEPS_MAX = 64;
/** Whoever is used more often would be dropped and taken in again at each use, which takes as long as the arithmetic. */
const KEPT_FULL_MS = 10_000;

/**
 * Buckets of this process alone; a restart fills them all. A bucket that is full again is worth nothing and is dropped after
 * a while, so memory follows the number of keys in use, and `maxNames` bounds it whatever the traffic: beyond it buckets that
 * are nearly full are dropped early, which fills them.
 */
@Injectable()
export class MemoryBucketStore extends BucketStore {
  private readonly table = new BucketTable();

  constructor(private readonly maxNames = 4_000_000) {
    super();
  }

  spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number): Spend {
    if (policies.length > BUCKETS_MAX) throw new RangeError(`A name has at most ${BUCKETS_MAX} buckets.`);
    const entry = this.table.find(name);
    const spent = spend(entry === -1 ? [] : this.table.read(entry, policies.length), policies, cost, now);
    if (spent.admitted && cost > 0) {
      this.table.write(entry === -1 ? this.table.add() : entry, spent.fullAt);
      this.forget(now);
    }
    return spent;
  }

  /** How many names have a bucket that is not full, give or take those nobody has come by to drop yet. */
  get size(): number {
    return this.table.size;
  }

  /** Looks at two entries each time one is written: enough to shrink, and never a pause. */
  private forget(now: number): void {
    for (let looked = 0; looked < 2; looked++) {
      const entry = this.table.next(STEPS_MAX);
      if (entry !== -1 && this.table.lastFullAt(entry) + KEPT_FULL_MS <= now) this.table.remove(entry);
    }
    if (this.table.size > this.maxNames) this.giveUpOne();
  }

  private giveUpOne(): void {
    let nearest = -1;
    for (let looked = 0; looked < CANDIDATES; looked++) {
      const entry = this.table.next(STEPS_MAX);
      if (nearest === -1 || (entry !== -1 && this.table.lastFullAt(entry) < this.table.lastFullAt(nearest)))
        nearest = entry;
    }
    if (nearest !== -1) this.table.remove(nearest);
  }
}
