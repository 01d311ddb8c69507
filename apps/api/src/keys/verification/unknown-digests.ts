/** How long nobody asks again for what is no key. */
const KEPT_MS = 1_000;
const COUNT_MAX = 10_000;

/**
 * Digests that were looked up and belong to no key, for a moment: a client that repeats a wrong key costs one read a
 * second. To be cleared whenever a key may have come into being.
 */
export class UnknownDigests {
  private readonly until = new Map<string, number>();

  /** @param now by the monotonic clock. */
  has(digest: string, now: number): boolean {
    const until = this.until.get(digest);
    if (until === undefined) return false;
    if (now < until) return true;
    this.until.delete(digest);
    return false;
  }

  add(digest: string, now: number): void {
    // Whoever makes up this many keys a second gains a few reads by being forgotten all at once.
    if (this.until.size === COUNT_MAX) this.clear();
    this.until.set(digest, now + KEPT_MS);
  }

  clear(): void {
    this.until.clear();
  }

  get size(): number {
    return this.until.size;
  }
}
