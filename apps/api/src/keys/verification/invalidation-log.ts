/** Beyond so many invalidations during one read, every read that is under way counts as overtaken. */
const REMEMBERED_MAX = 10_000;

/**
 * Tells a read of the database that was overtaken from one that may be kept. A key that was revoked while it was read
 * would otherwise come back to life: the read began before the revocation, and what it found is put into the cache after
 * everything about the key was dropped from it.
 */
export class InvalidationLog {
  private sequence = 0;
  private readsUnderWay = 0;
  /** When, in the sequence, each key was last invalidated; of use only to reads that are under way. */
  private readonly invalidatedAt = new Map<string, number>();
  /** Of all keys together. */
  private allInvalidatedAt = 0;

  /** @param keyId null: all of them. */
  note(keyId: string | null): void {
    this.sequence += 1;
    if (this.readsUnderWay === 0) return;
    if (keyId === null || this.invalidatedAt.size === REMEMBERED_MAX) this.allInvalidatedAt = this.sequence;
    else this.invalidatedAt.set(keyId, this.sequence);
  }

  /** Before the read is sent. Every `begin` has its `end`. */
  begin(): number {
    this.readsUnderWay += 1;
    return this.sequence;
  }

  /**
   * @param begun what `begin` answered.
   * @param keyId whose row was found; undefined: none was, and then any key may have been its.
   * @returns whether what was found still holds.
   */
  end(begun: number, keyId: string | undefined): boolean {
    const lastAt = keyId === undefined ? this.sequence : (this.invalidatedAt.get(keyId) ?? 0);
    const isCurrent = Math.max(lastAt, this.allInvalidatedAt) <= begun;
    this.readsUnderWay -= 1;
    if (this.readsUnderWay === 0) this.invalidatedAt.clear();
    return isCurrent;
  }
}
