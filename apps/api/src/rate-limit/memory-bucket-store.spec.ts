import { type BucketPolicy, ManualClock, spend, type Spend } from '#domain';
import { bucketStoreContract } from './bucket-store.contract.js';
import { BucketStore } from './bucket-store.js';
import { MemoryBucketStore } from './memory-bucket-store.js';

const POLICY: BucketPolicy = { name: 'minute', capacity: 2, periodMs: 60_000 };

describe('MemoryBucketStore keeps the BucketStore contract', () => {
  it.each(bucketStoreContract)('$name', async ({ run }) => {
    await run({ store: new MemoryBucketStore(), clock: new ManualClock(1_000_000) });
  });
});

describe('MemoryBucketStore', () => {
  it('forgets buckets that are full again', () => {
    const store = new MemoryBucketStore();
    for (let key = 0; key < 100; key++) store.spend(`key-${key}`, [POLICY], 1, 0);
    for (let key = 0; key < 100; key++) store.spend('busy', [{ ...POLICY, capacity: 1000 }], 1, 60_000);
    expect(store.size).toBe(1);
  });

  it('keeps what is used every few seconds, however soon it is full again', () => {
    const store = new MemoryBucketStore();
    store.spend('seldom', [{ ...POLICY, capacity: 1000 }], 1, 0);
    for (let now = 0; now < 10_000; now += 100) store.spend('busy', [POLICY], 1, now);
    expect(store.size).toBe(2);
    for (let now = 10_100; now < 20_000; now += 100) store.spend('busy', [{ ...POLICY, capacity: 1000 }], 1, now);
    expect(store.size).toBe(1);
  });

  it('never holds more names than its bound', () => {
    const store = new MemoryBucketStore(10);
    for (let key = 0; key < 1000; key++) store.spend(`key-${key}`, [POLICY], 1, 0);
    expect(store.size).toBeLessThanOrEqual(10);
  });
});

/** A store for each way to get it wrong; the contract must notice every one. */
class Remembering extends BucketStore {
  protected readonly fullAt = new Map<string, number[]>();
  spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number): Spend | Promise<Spend> {
    const spent = spend(this.fullAt.get(name) ?? [], policies, cost, now);
    this.fullAt.set(name, spent.fullAt);
    return spent;
  }
}

const BROKEN: [string, new () => BucketStore][] = [
  [
    'forgets',
    class extends BucketStore {
      spend(_name: string, policies: readonly BucketPolicy[], cost: number, now: number) {
        return spend([], policies, cost, now);
      }
    },
  ],
  [
    'shares one bucket among all names',
    class extends Remembering {
      override spend(_name: string, policies: readonly BucketPolicy[], cost: number, now: number) {
        return super.spend('', policies, cost, now);
      }
    },
  ],
  [
    'reads and writes in two steps',
    class extends Remembering {
      override async spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number) {
        const before = this.fullAt.get(name) ?? [];
        await Promise.resolve();
        const spent = spend(before, policies, cost, now);
        this.fullAt.set(name, spent.fullAt);
        return spent;
      }
    },
  ],
  [
    'spends the buckets one by one',
    class extends Remembering {
      override spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number) {
        const spent = policies.map((policy) => super.spend(`${name}:${policy.name}`, [policy], cost, now) as Spend);
        return {
          admitted: spent.every(({ admitted }) => admitted),
          fullAt: spent.flatMap(({ fullAt }) => fullAt),
          buckets: spent.flatMap(({ buckets }) => buckets),
          retryAfterMs: Math.max(...spent.map(({ retryAfterMs }) => retryAfterMs)),
        };
      }
    },
  ],
  [
    'takes a token for a look',
    class extends Remembering {
      override spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number) {
        return super.spend(name, policies, Math.max(cost, 1), now);
      }
    },
  ],
  [
    'refills in windows',
    class extends Remembering {
      override spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number) {
        return super.spend(`${name}:${Math.floor(now / 60_000)}`, policies, cost, now);
      }
    },
  ],
  [
    'promises too short a wait',
    class extends Remembering {
      override async spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number) {
        const spent = await super.spend(name, policies, cost, now);
        return { ...spent, retryAfterMs: Math.max(0, spent.retryAfterMs - 1) };
      }
    },
  ],
];

describe('the BucketStore contract notices a store that', () => {
  it.each(BROKEN)('%s', async (_name, Store) => {
    const violations: unknown[] = [];
    for (const { run } of bucketStoreContract) {
      await run({ store: new Store(), clock: new ManualClock(1_000_000) }).catch((error: unknown) =>
        violations.push(error),
      );
    }
    expect(violations.length).toBeGreaterThan(0);
  });
});
