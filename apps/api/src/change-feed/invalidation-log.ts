/** Beyond so many invalidations during one read, every read that is under way counts as overtaken. */
const REMEMBERED_MAX = 10_000;

/**
 * Tells a read of the database that was overtaken from one that may be kept. A key that was revoked while it was read
 * would otherwise come back to life: the read began before the revocation, and what it found is put into the cache after
 * everything about the key was dropped from it. The same goes for people and their roles.
 */
export class InvalidationLog {
  private sequence = 0;
  private readsUnderWay = 0;
  /** When, in the sequence, each was last invalidated; of use only to reads that are under way. */
  private readonly invalidatedAt = new Map<string, number>();
  /** All together. */
  private allInvalidatedAt = 0;

  /** @param id null: all of them. */
  note(id: string | null): void {
    this.sequence += 1;
    if (this.readsUnderWay === 0) return;
    if (id === null || this.invalidatedAt.size === REMEMBERED_MAX) this.allInvalidatedAt = this.sequence;
    else this.invalidatedAt.set(id, this.sequence);
  }

  /**
   * Reads, and says whether what was found still holds.
   * @param idOf whose row was found; undefined: none was.
   */
  async watch<T>(
    read: () => Promise<T>,
    idOf: (found: T) => string | undefined,
  ): Promise<{ readonly found: T; readonly isCurrent: boolean }> {
    const begun = this.begin();
    let found: T;
    try {
      found = await read();
    } catch (error) {
      this.end(begun, undefined);
      throw error;
    }
    return { found, isCurrent: this.end(begun, idOf(found)) };
  }

  /** Before the read is sent. Every `begin` has its `end`. */
  begin(): number {
    this.readsUnderWay += 1;
    return this.sequence;
  }

  /**
   * @param begun what `begin` answered.
   * @param id whose row was found; undefined: none was, and then it may be any that changed.
   * @returns whether what was found still holds.
   */
  end(begun: number, id: string | undefined): boolean {
    const lastAt = id === undefined ? this.sequence : (this.invalidatedAt.get(id) ?? 0);
    const isCurrent = Math.max(lastAt, this.allInvalidatedAt) <= begun;
    this.readsUnderWay -= 1;
    if (this.readsUnderWay === 0) this.invalidatedAt.clear();
    return isCurrent;
  }
}
