/**
 * A token bucket holds at most `capacity` tokens, starts full, and gains one every `periodMs / capacity` until it is
 * full again. A request takes tokens out; when there are too few it takes none and is refused. So over any stretch of
 * time at most `capacity` plus what flowed in meanwhile is admitted.
 *
 * Nobody pours tokens in. All there is to a bucket is the moment at which it will be full again, `fullAt`: a full one
 * has that moment behind it, an empty one a whole period ahead, and taking a token moves it one token's time away. This
 * is the generic cell rate algorithm (GCRA), where the moment is called the theoretical arrival time.
 */
export interface BucketPolicy {
  readonly name: string;
  /** Tokens it holds, at least 1. */
  readonly capacity: number;
  /** In which an empty bucket fills up. */
  readonly periodMs: number;
}

export interface BucketReading {
  readonly name: string;
  readonly limit: number;
  readonly periodMs: number;
  /** Whole tokens left: exactly the highest cost this bucket would admit now. */
  readonly remaining: number;
  /** Until it is full, rounded up to whole milliseconds. */
  readonly resetMs: number;
}

export interface Spend {
  readonly admitted: boolean;
  /** What to store, in the order of the policies. After a refusal and after a cost of 0: what was given. */
  readonly fullAt: number[];
  readonly buckets: BucketReading[];
  /**
   * Until the same cost would be admitted if nobody else spent, rounded up to whole milliseconds; 0 when admitted.
   * When the cost is above a capacity no wait helps: then the whole period of that bucket, to stop a retry loop.
   */
  readonly retryAfterMs: number;
}

/**
 * Takes `cost` tokens from every bucket, or from none if one of them has too few. Pure: the caller stores the result,
 * and must let nothing spend from the same buckets in between. A cost of 0 only looks and is always admitted.
 *
 * `fullAt` is in the order of `policies`; a bucket without a moment is full. A clock that steps back adds no tokens: the
 * buckets wait until it has caught up. Throws RangeError on a cost that is no whole number, or on a policy without a
 * positive capacity and period: both would mint tokens, and both have been checked at the edge.
 */
export function spend(fullAt: readonly number[], policies: readonly BucketPolicy[], cost: number, now: number): Spend {
  if (!Number.isSafeInteger(cost) || cost < 0) throw new RangeError('A cost is a whole number of tokens, 0 or more.');
  const before = policies.map((_, index) => fullAt[index] ?? now);
  if (cost === 0) return { admitted: true, fullAt: before, buckets: readings(before, policies, now), retryAfterMs: 0 };

  const after = policies.map((policy, index) => Math.max(before[index] ?? now, now) + cost * tokenMs(policy));
  const waits = policies.map((policy, index) => waitMs(policy, cost, (after[index] ?? now) - now));
  const retryAfterMs = Math.max(0, ...waits);
  const admitted = retryAfterMs === 0;
  const stored = admitted ? after : before;
  return { admitted, fullAt: stored, buckets: readings(stored, policies, now), retryAfterMs };
}

/**
 * The time one token takes, rounded up to a multiple of 2^-11 ms. With it, sums of an epoch time and any number of
 * tokens are exact in a double until the year 2109: no rounding adds up, neither to a token too many in a long run nor
 * to one too few in a burst. The price is a rate up to 0.5 % below the nominal one at 10,000 a second, and 1/120 of
 * that at the highest limit a key can have.
 */
function tokenMs({ capacity, periodMs }: BucketPolicy): number {
  if (!(capacity >= 1 && periodMs > 0)) throw new RangeError('A bucket needs a positive capacity and period.');
  return Math.ceil((periodMs / capacity) * GRID) / GRID;
}

const GRID = 2 ** 11;

/** How long after now a bucket could afford a cost that makes it full `fullInMs` from now. */
function waitMs(policy: BucketPolicy, cost: number, fullInMs: number): number {
  if (cost > policy.capacity) return Math.ceil(policy.periodMs);
  return Math.max(0, Math.ceil(fullInMs - policy.capacity * tokenMs(policy)));
}

function readings(fullAt: readonly number[], policies: readonly BucketPolicy[], now: number): BucketReading[] {
  return policies.map((policy, index) => {
    const { name, capacity, periodMs } = policy;
    const fullInMs = Math.max(0, (fullAt[index] ?? now) - now);
    const remaining = Math.max(0, Math.floor(capacity - fullInMs / tokenMs(policy)));
    return { name, limit: capacity, periodMs, remaining, resetMs: Math.ceil(fullInMs) };
  });
}
