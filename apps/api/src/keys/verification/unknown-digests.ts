import type { KnownKey } from './known-key.js';

/** How long nobody asks again for what is no key. */
const KEPT_MS = 1_000;
const COUNT_MAX = 10_000;

/**
 * Digests that were looked up and belong to no key, for a moment: a client that repeats a wrong key costs one read a
 * second. To be cleared whenever a key may have come into being.
 */
export class UnknownDigests {
  private readonly kept = new Map<string, Kept>();

  /** @param now by the monotonic clock. */
  has(digest: string, now: number): boolean {
    const kept = this.kept.get(digest);
    if (kept === undefined) return false;
    if (now < kept.until) return true;
    this.kept.delete(digest);
    return false;
  }

  /** The canary that this is a digest of, which is to look like no key at all. */
  canaryOf(digest: string): KnownKey | undefined {
    return this.kept.get(digest)?.canary;
  }

  add(digest: string, now: number, canary?: KnownKey): void {
    // Whoever makes up this many keys a second gains a few reads by being forgotten all at once.
    if (this.kept.size === COUNT_MAX) this.clear();
    this.kept.set(digest, { until: now + KEPT_MS, canary });
  }

  clear(): void {
    this.kept.clear();
  }

  get size(): number {
    return this.kept.size;
  }
}

interface Kept {
  readonly until: number;
  readonly canary: KnownKey | undefined;
}
