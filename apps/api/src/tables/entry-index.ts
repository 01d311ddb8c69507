/** Power of two. */
const STRIPES = 256;
const STRIPE_BITS = 8;
const FIRST_SLOTS = 8;

/**
 * Finds entries of a table by the hash of what they are found by. Open addressing with linear probing: two words a slot,
 * the hash and the number of the entry, so that entries are compared only where the whole hash is right.
 *
 * It is 256 small tables, chosen by the first bits of the hash. Each grows by itself, when three quarters of it are in
 * use: so growing to a million entries never moves more than some thousand of them at once.
 */
export class EntryIndex {
  private readonly stripes = Array.from({ length: STRIPES }, () => new Stripe());

  /** @returns the entry with this hash that `isIt` says yes to, or -1. */
  find(hash: number, isIt: (entry: number) => boolean): number {
    return this.stripeOf(hash).find(hash, isIt);
  }

  /** @param entry which is in the index not yet. */
  add(hash: number, entry: number): void {
    this.stripeOf(hash).add(hash, entry);
  }

  /** @param entry which is in the index, under this hash. */
  remove(hash: number, entry: number): void {
    this.stripeOf(hash).remove(hash, entry);
  }

  private stripeOf(hash: number): Stripe {
    const stripe = this.stripes[hash >>> (32 - STRIPE_BITS)];
    if (!stripe) throw new RangeError('A hash has 32 bits.');
    return stripe;
  }
}

class Stripe {
  /** For each slot the hash, and the number of the entry plus one; 0: the slot is free. */
  private slots = new Uint32Array(2 * FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;
  private used = 0;

  find(hash: number, isIt: (entry: number) => boolean): number {
    const { slots, mask } = this;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[2 * slot + 1] ?? 0) - 1;
      if (entry === -1) return -1;
      if (slots[2 * slot] === hash && isIt(entry)) return entry;
    }
  }

  add(hash: number, entry: number): void {
    if (4 * (this.used + 1) > 3 * (this.mask + 1)) this.grow();
    this.place(hash, entry);
    this.used += 1;
  }

  /** Leaves no gap behind: what stands after it and would no longer be found moves up. */
  remove(hash: number, entry: number): void {
    const { slots, mask } = this;
    let gap = hash & mask;
    while (slots[2 * gap + 1] !== entry + 1) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
      const movedBy = (slot - (slots[2 * slot] ?? 0)) & mask;
      if (movedBy < ((slot - gap) & mask)) continue;
      slots.copyWithin(2 * gap, 2 * slot, 2 * slot + 2);
      gap = slot;
    }
    slots[2 * gap + 1] = 0;
    this.used -= 1;
  }

  private place(hash: number, entry: number): void {
    let slot = hash & this.mask;
    while (this.slots[2 * slot + 1] !== 0) slot = (slot + 1) & this.mask;
    this.slots[2 * slot] = hash;
    this.slots[2 * slot + 1] = entry + 1;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Uint32Array(2 * slots.length);
    this.mask = slots.length - 1;
    for (let at = 0; at < slots.length; at += 2) {
      const entry = slots[at + 1] ?? 0;
      if (entry !== 0) this.place(slots[at] ?? 0, entry - 1);
    }
  }
}
