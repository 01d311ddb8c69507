import type { KnownKey } from './known-key.js';

/** Keys by the digests of their secrets, at most `countMax`: beyond that the one that was kept first goes. */
export class KnownKeyMap {
  private readonly keys = new Map<string, KnownKey>();
  private readonly digestsOf = new Map<string, Set<string>>();

  constructor(private readonly countMax: number) {}

  get size(): number {
    return this.keys.size;
  }

  find(digest: string): KnownKey | undefined {
    return this.keys.get(digest);
  }

  keep(digest: string, known: KnownKey): void {
    this.remove(digest);
    const [oldest] = this.keys.keys();
    if (oldest !== undefined && this.keys.size >= this.countMax) this.remove(oldest);
    this.keys.set(digest, known);
    const digests = this.digestsOf.get(known.key.id) ?? new Set();
    this.digestsOf.set(known.key.id, digests.add(digest));
  }

  /** Every secret of the key. */
  drop(keyId: string): void {
    for (const digest of this.digestsOf.get(keyId) ?? []) this.keys.delete(digest);
    this.digestsOf.delete(keyId);
  }

  clear(): void {
    this.keys.clear();
    this.digestsOf.clear();
  }

  private remove(digest: string): void {
    const known = this.keys.get(digest);
    if (!known) return;
    this.keys.delete(digest);
    const digests = this.digestsOf.get(known.key.id);
    digests?.delete(digest);
    if (digests?.size === 0) this.digestsOf.delete(known.key.id);
  }
}
