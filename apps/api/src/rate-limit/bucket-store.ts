import type { BucketPolicy, Spend } from '#domain';

/**
 * Where the buckets of every key stand between two requests. One implementation a kind of deployment: this process
 * alone, or several that share. Implementations are proved by `bucketStoreContract`.
 */
export abstract class BucketStore {
  /**
   * Takes `cost` tokens from every bucket of `name`, or from none. Concurrent calls never admit more together than
   * the policies allow. A changed policy applies from the next call on, to the buckets as they stand.
   * @param now milliseconds since the epoch; a store that several machines share uses its own time instead.
   */
  abstract spend(name: string, policies: readonly BucketPolicy[], cost: number, now: number): Spend | Promise<Spend>;
}
