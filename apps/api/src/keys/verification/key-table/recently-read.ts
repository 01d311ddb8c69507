import type { KnownKey } from '../known-key.js';

/** Power of two. */
const PLACES = 4_096;

/**
 * The keys that were found last, as objects: most uses are of a few keys, and making one out of its record takes longer
 * than finding it. Each entry has one place, which it shares with others.
 */
export class RecentlyRead {
  private readonly entries = new Int32Array(PLACES).fill(-1);
  private readonly keys: (KnownKey | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  get(entry: number): KnownKey | undefined {
    const place = entry & (PLACES - 1);
    return this.entries[place] === entry ? this.keys[place] : undefined;
  }

  put(entry: number, known: KnownKey): KnownKey {
    const place = entry & (PLACES - 1);
    this.entries[place] = entry;
    this.keys[place] = known;
    return known;
  }

  remove(entry: number): void {
    const place = entry & (PLACES - 1);
    if (this.entries[place] !== entry) return;
    this.entries[place] = -1;
    this.keys[place] = undefined;
  }
}
