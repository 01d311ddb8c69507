import fc from 'fast-check';
import { spend } from './token-bucket.js';
import type { BucketPolicy } from './token-bucket.js';

const NOW = 1_763_800_000_000;

const MINUTE: BucketPolicy = { name: 'minute', capacity: 60, periodMs: 60_000 };
const HOUR: BucketPolicy = { name: 'hour', capacity: 1_000, periodMs: 3_600_000 };

/** Capacities of every size, primes among them, so that the time of a token is rarely a round number. */
const capacity = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10_000 }), fc.constant(9_973));
const policy = fc.record<BucketPolicy>({
  name: fc.constant('any'),
  capacity,
  periodMs: fc.constantFrom(1_000, 60_000, 3_600_000, 86_400_000),
});
const policies = fc.array(policy, { minLength: 1, maxLength: 3 });
const now = fc.integer({ min: NOW, max: NOW + 1_000_000_000 });

interface Visit {
  waitMs: number;
  cost: number;
}

/** Visits that mostly ask for little, at gaps of every length up to a period. */
function visits(of: BucketPolicy, earliestMs = 0): fc.Arbitrary<Visit[]> {
  const gap = fc.oneof(
    fc.integer({ min: earliestMs, max: 20 }),
    fc.integer({ min: earliestMs, max: Math.ceil((4 * of.periodMs) / of.capacity) }),
    fc.integer({ min: earliestMs, max: of.periodMs }),
  );
  const cost = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: of.capacity }));
  return fc.array(fc.record({ waitMs: gap, cost }), { maxLength: 60, size: 'max' });
}

const visited = policy.chain((of) => fc.record({ of: fc.constant(of), all: visits(of), start: now }));

/**
 * Whether so many tokens are more than a full bucket and what flowed in since. All numbers are whole and below 2^53, so
 * the test rounds nothing.
 */
function isTooMany(tokens: number, { capacity: most, periodMs }: BucketPolicy, elapsedMs: number): boolean {
  return tokens * periodMs > most * (periodMs + elapsedMs);
}

describe('a bucket', () => {
  it('admits no more than its capacity and what flowed in, over any stretch of time', () => {
    fc.assert(
      fc.property(visited, ({ of, all, start }) => {
        const admissions: { at: number; cost: number }[] = [];
        let fullAt: number[] = [];
        let at = start;
        for (const { waitMs, cost } of all) {
          at += waitMs;
          const spent = spend(fullAt, [of], cost, at);
          fullAt = spent.fullAt;
          if (spent.admitted) admissions.push({ at, cost });
        }
        const over = admissions.flatMap((first, from) => {
          let tokens = 0;
          return admissions
            .slice(from)
            .filter(({ at: until, cost }) => isTooMany((tokens += cost), of, until - first.at));
        });
        expect(over).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['10,000 a second', 10_000, 1_000],
    ['9,973 a second', 9_973, 1_000],
    ['7,001 a second', 7_001, 1_000],
    ['9,999 a minute', 9_999, 60_000],
    ['7 a minute', 7, 60_000],
  ])('at %s gives not one token too many in a long run, and at most 0.5 % too few', (name, most, periodMs) => {
    const of = { name, capacity: most, periodMs };
    const elapsedMs = 60 * periodMs;
    const stepMs = Math.max(1, periodMs / 1_000);
    let fullAt: number[] = [];
    let tokens = 0;
    let over = 0;
    for (let ms = 0; ms <= elapsedMs; ms += stepMs) {
      // Whatever the bucket says it holds is taken at once: the greediest visitor there can be.
      const { buckets } = spend(fullAt, [of], 0, NOW + ms);
      const cost = buckets[0]?.remaining ?? 0;
      fullAt = spend(fullAt, [of], cost, NOW + ms).fullAt;
      tokens += cost;
      if (isTooMany(tokens, of, ms)) over++;
    }
    expect(over).toBe(0);
    expect(tokens).toBeGreaterThan(0.995 * most * 61);
  });

  it('gives not one token too many to visitors who take one at a time, 12,000 a second', () => {
    const of: BucketPolicy = { name: 'fast', capacity: 10_000, periodMs: 1_000 };
    let fullAt: number[] = [];
    let tokens = 0;
    let over = 0;
    for (let ms = 0; ms < 10_000; ms++) {
      for (let visitor = 0; visitor < 12; visitor++) {
        const spent = spend(fullAt, [of], 1, NOW + ms);
        fullAt = spent.fullAt;
        if (spent.admitted) tokens++;
        if (isTooMany(tokens, of, ms)) over++;
      }
    }
    expect(over).toBe(0);
    expect(tokens).toBeGreaterThan(0.995 * 110_000);
  });

  it('that is full admits its whole capacity at once, taken singly or together, and then nothing', () => {
    fc.assert(
      fc.property(
        policy,
        now,
        fc.array(fc.oneof(fc.constant(1), fc.nat(500)), { size: 'max', maxLength: 300 }),
        (of, at, costs) => {
          let fullAt: number[] = [];
          let left = of.capacity;
          const parts = costs.map((cost) => {
            const part = Math.min(cost, left);
            left -= part;
            const spent = spend(fullAt, [of], part, at);
            fullAt = spent.fullAt;
            return spent.admitted;
          });
          expect(parts).not.toContain(false);
          expect(spend(fullAt, [of], left, at).admitted).toBe(true);
          expect(spend(spend(fullAt, [of], left, at).fullAt, [of], 1, at).admitted).toBe(false);
        },
      ),
    );
  });

  it('says how many tokens are left: that many are admitted and one more is not', () => {
    fc.assert(
      fc.property(policy, now, fc.double({ min: 0, max: 1, noNaN: true }), (of, at, share) => {
        const fullAt = [at + Math.floor(share * of.periodMs)];
        const remaining = spend(fullAt, [of], 0, at).buckets[0]?.remaining ?? -1;
        expect(spend(fullAt, [of], remaining, at).admitted).toBe(true);
        expect(spend(fullAt, [of], remaining + 1, at).admitted).toBe(false);
      }),
    );
  });

  it('says when it will be full, to the millisecond', () => {
    fc.assert(
      fc.property(policy, now, fc.integer({ min: 1, max: 100 }), (of, at, cost) => {
        fc.pre(cost <= of.capacity);
        const { fullAt, buckets } = spend([], [of], cost, at);
        const fullIn = buckets[0]?.resetMs ?? 0;
        expect(fullIn).toBeGreaterThan(0);
        expect(spend(fullAt, [of], 0, at + fullIn).buckets).toMatchObject([{ remaining: of.capacity, resetMs: 0 }]);
        expect(spend(fullAt, [of], 0, at + fullIn - 1).buckets[0]?.remaining).toBeLessThan(of.capacity);
      }),
    );
  });

  it('says when to come back: then the same cost is admitted, and a millisecond earlier it is not', () => {
    fc.assert(
      fc.property(
        policies,
        now,
        fc.integer({ min: 1, max: 100 }),
        fc.infiniteStream(fc.nat(1_000)),
        (of, at, cost, shares) => {
          fc.pre(of.every((one) => cost <= one.capacity));
          const fullAt = of.map((one) => at + Math.floor((shares.next().value / 1_000) * one.periodMs));
          const { admitted, retryAfterMs } = spend(fullAt, of, cost, at);
          expect(admitted).toBe(retryAfterMs === 0);
          fc.pre(!admitted);
          expect(Number.isInteger(retryAfterMs)).toBe(true);
          expect(spend(fullAt, of, cost, at + retryAfterMs).admitted).toBe(true);
          expect(spend(fullAt, of, cost, at + retryAfterMs - 1).admitted).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never admits more than it can hold, and then names no wait, for none would help', () => {
    fc.assert(
      fc.property(policy, now, fc.integer({ min: 1, max: 1_000_000 }), (of, at, more) => {
        const { admitted, retryAfterMs } = spend([], [of], of.capacity + more, at);
        expect({ admitted, retryAfterMs }).toEqual({ admitted: false, retryAfterMs: 0 });
      }),
    );
  });

  it('whose limit was lowered is empty at worst and waits no longer than before', () => {
    const spent = spend([], [{ ...MINUTE, periodMs: 86_400_000 }], 60, NOW);
    const { admitted, buckets } = spend(spent.fullAt, [{ ...MINUTE, capacity: 10 }], 1, NOW);
    expect(admitted).toBe(false);
    expect(buckets).toEqual([{ name: 'minute', limit: 10, periodMs: 60_000, remaining: 0, resetMs: 86_400_000 }]);
  });
});

describe('several buckets', () => {
  it('are all spent from, or none of them is', () => {
    const start = spend([], [MINUTE, HOUR], 60, NOW);
    expect(start.buckets.map((bucket) => bucket.remaining)).toEqual([0, 940]);

    const refused = spend(start.fullAt, [MINUTE, HOUR], 1, NOW);
    expect(refused).toMatchObject({ admitted: false, fullAt: start.fullAt, retryAfterMs: 1_000 });
    expect(refused.buckets.map((bucket) => bucket.remaining)).toEqual([0, 940]);
  });

  it('admit exactly what each of them would admit alone, and keep their moments when one refuses', () => {
    fc.assert(
      fc.property(policies, now, fc.nat(200), fc.infiniteStream(fc.nat(1_000)), (of, at, cost, shares) => {
        const fullAt = of.map((one) => at + Math.floor((shares.next().value / 1_000) * one.periodMs));
        const together = spend(fullAt, of, cost, at);
        const alone = of.map((one, index) => spend(fullAt.slice(index, index + 1), [one], cost, at));
        expect(together.admitted).toBe(alone.every((one) => one.admitted));
        expect(together.fullAt).toEqual(together.admitted ? alone.flatMap((one) => one.fullAt) : fullAt);
        const isPossible = of.every(({ capacity }) => cost <= capacity);
        const longest = Math.max(...alone.map((one) => one.retryAfterMs));
        expect(together.retryAfterMs).toBe(isPossible ? longest : 0);
      }),
    );
  });

  it('refuse until the last of them can afford the cost', () => {
    const day: BucketPolicy = { name: 'day', capacity: 10, periodMs: 86_400_000 };
    const { fullAt } = spend([], [MINUTE, day], 10, NOW);
    expect(spend(fullAt, [MINUTE, day], 1, NOW).retryAfterMs).toBe(8_640_000);
  });

  it('do not touch the array they were given', () => {
    const fullAt = Object.freeze([NOW, NOW + 5]);
    expect(spend(fullAt, [MINUTE, HOUR], 1, NOW).fullAt).not.toBe(fullAt);
    expect(fullAt).toEqual([NOW, NOW + 5]);
  });

  it('admit everything when there are none', () => {
    expect(spend([], [], 1, NOW)).toEqual({ admitted: true, fullAt: [], buckets: [], retryAfterMs: 0 });
  });
});

describe('a look', () => {
  it('is admitted, takes nothing and tells what an empty bucket holds', () => {
    const { fullAt } = spend([], [MINUTE], 60, NOW);
    expect(spend(fullAt, [MINUTE], 0, NOW + 1_500)).toEqual({
      admitted: true,
      fullAt,
      buckets: [{ name: 'minute', limit: 60, periodMs: 60_000, remaining: 1, resetMs: 58_500 }],
      retryAfterMs: 0,
    });
  });

  it('is admitted and changes no moment, wherever that lies', () => {
    fc.assert(
      fc.property(policy, now, fc.integer({ min: -200_000_000, max: 200_000_000 }), (of, at, ahead) => {
        expect(spend([at + ahead], [of], 0, at)).toMatchObject({
          admitted: true,
          fullAt: [at + ahead],
          retryAfterMs: 0,
        });
      }),
    );
  });
});

describe('a clock that steps back', () => {
  it('adds no tokens: what a bucket holds is never more at an earlier time', () => {
    fc.assert(
      fc.property(
        policy,
        now,
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.nat(100_000_000),
        (of, at, ahead, back) => {
          const remaining = (when: number): number => spend([at + ahead], [of], 0, when).buckets[0]?.remaining ?? -1;
          expect(remaining(at - back)).toBeLessThanOrEqual(remaining(at));
          expect(remaining(at - back)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('and forth never lets through more than a steady one between the same two moments', () => {
    const wandering = policy.chain((of) => fc.record({ of: fc.constant(of), all: visits(of, -20), start: now }));
    fc.assert(
      fc.property(wandering, ({ of, all, start }) => {
        let fullAt: number[] = [];
        let tokens = 0;
        let over = 0;
        let [at, earliest, latest] = [start, start, start];
        for (const { waitMs, cost } of all) {
          at += waitMs;
          [earliest, latest] = [Math.min(earliest, at), Math.max(latest, at)];
          const spent = spend(fullAt, [of], cost, at);
          fullAt = spent.fullAt;
          if (spent.admitted) tokens += cost;
          if (isTooMany(tokens, of, latest - earliest)) over++;
        }
        expect(over).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what would mint tokens', () => {
  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])('is no cost: %d', (cost) => {
    expect(() => spend([], [MINUTE], cost, NOW)).toThrow(RangeError);
  });

  it.each([
    { capacity: 0, periodMs: 1_000 },
    { capacity: -5, periodMs: 1_000 },
    { capacity: NaN, periodMs: 1_000 },
    { capacity: 5, periodMs: 0 },
    { capacity: 5, periodMs: NaN },
  ])('is no policy: %j', (numbers) => {
    expect(() => spend([], [{ name: 'broken', ...numbers }], 1, NOW)).toThrow(RangeError);
  });
});
