import type { BucketPolicy, ManualClock } from '#domain';
import type { BucketStore } from './bucket-store.js';

/** A store under test and the clock it goes by. */
export interface BucketStoreHarness {
  readonly store: BucketStore;
  readonly clock: ManualClock;
}

export interface BucketStoreCase {
  readonly name: string;
  readonly run: (harness: BucketStoreHarness) => Promise<void>;
}

const MINUTE: BucketPolicy = { name: 'minute', capacity: 3, periodMs: 60_000 };
const HOUR: BucketPolicy = { name: 'hour', capacity: 5, periodMs: 3_600_000 };

/** What every BucketStore guarantees, each on a store of its own. Throws when it does not hold. */
export const bucketStoreContract: readonly BucketStoreCase[] = [
  {
    name: 'admits a full bucket at once and not one token more',
    async run(harness) {
      const admitted = await burst(harness, 'a', [MINUTE], 10);
      expectEqual(admitted, 3, 'the number admitted');
    },
  },
  {
    name: 'refills at the rate of the policy',
    async run(harness) {
      await burst(harness, 'a', [MINUTE], 3);
      harness.clock.advance(19_999);
      expectEqual(await burst(harness, 'a', [MINUTE], 1), 0, 'admitted a millisecond early');
      harness.clock.advance(1);
      expectEqual(await burst(harness, 'a', [MINUTE], 2), 1, 'admitted after a third of the period');
    },
  },
  {
    name: 'takes nothing from the other buckets when one refuses',
    async run(harness) {
      await burst(harness, 'a', [MINUTE, HOUR], 20);
      harness.clock.advance(60_000);
      expectEqual(await burst(harness, 'a', [MINUTE, HOUR], 20), 2, 'what the hour had left');
    },
  },
  {
    name: 'keeps the buckets of different names apart',
    async run(harness) {
      await burst(harness, 'a', [MINUTE], 3);
      expectEqual(await burst(harness, 'b', [MINUTE], 3), 3, 'the number admitted under another name');
    },
  },
  {
    name: 'changes nothing for a cost of 0',
    async run(harness) {
      const { store, clock } = harness;
      await store.spend('a', [MINUTE], 0, clock.now());
      const looked = await store.spend('a', [MINUTE], 0, clock.now());
      expectEqual(looked.buckets[0]?.remaining, 3, 'the tokens left after two looks');
      expectEqual(await burst(harness, 'a', [MINUTE], 3), 3, 'the number admitted after two looks');
    },
  },
  {
    name: 'says how long to wait, and admits after that wait',
    async run(harness) {
      const { store, clock } = harness;
      await burst(harness, 'a', [MINUTE], 3);
      const refused = await store.spend('a', [MINUTE], 2, clock.now());
      expectEqual(refused.admitted, false, 'admitted');
      clock.advance(refused.retryAfterMs);
      expectEqual((await store.spend('a', [MINUTE], 2, clock.now())).admitted, true, 'admitted after the wait');
    },
  },
  {
    name: 'applies a changed policy to the bucket as it stands',
    async run(harness) {
      await burst(harness, 'a', [MINUTE], 3);
      const wider = { ...MINUTE, capacity: 6 };
      expectEqual(await burst(harness, 'a', [wider], 10), 0, 'the number admitted before any time has passed');
      harness.clock.advance(60_000);
      expectEqual(await burst(harness, 'a', [wider], 10), 6, 'the number admitted after a whole period');
    },
  },
];

async function burst({ store, clock }: BucketStoreHarness, name: string, policies: BucketPolicy[], times: number) {
  const all = await Promise.all(Array.from({ length: times }, async () => store.spend(name, policies, 1, clock.now())));
  return all.filter(({ admitted }) => admitted).length;
}

function expectEqual(found: unknown, wanted: unknown, what: string): void {
  if (found !== wanted) throw new Error(`${what} is ${String(found)}, not ${String(wanted)}`);
}
