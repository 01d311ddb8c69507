import type { KnownKey } from '../known-key.js';

/** Power of two. */
const PLACES = 4_096;

/**
 * The keys that are used often, as objects: most uses are of a few keys, and making one out of its record takes longer
 * than finding it. Each entry has one place, which it shares with others, and gets it when it is found twice before any
 * of the others is: keys that are used once would only push it out, and leave objects behind that have to be collected.
 */
export class RecentlyRead {
  private readonly entries = new Int32Array(PLACES).fill(-1);
  private readonly keys: (KnownKey | undefined)[] = Array.from({ length: PLACES }, () => undefined);
  /** Who was found last at each place and is not there. */
  private readonly candidates = new Int32Array(PLACES).fill(-1);

  get(entry: number): KnownKey | undefined {
    const place = entry & (PLACES - 1);
    return this.entries[place] === entry ? this.keys[place] : undefined;
  }

  /** Offers a key that `get` did not have. */
  offer(entry: number, known: KnownKey): KnownKey {
    const place = entry & (PLACES - 1);
    if (this.candidates[place] === entry) {
      this.entries[place] = entry;
      this.keys[place] = known;
    }
    this.candidates[place] = entry;
    return known;
  }

  remove(entry: number): void {
    const place = entry & (PLACES - 1);
    if (this.entries[place] !== entry) return;
    this.entries[place] = -1;
    this.keys[place] = undefined;
  }
}
