import { hash } from 'node:crypto';
import { EntryIndex } from '../tables/entry-index.js';
import { areSame, hashOfWords, wordsOfBytes, wordsOfUuidIfOne } from '../tables/words.js';

/** How many buckets one name has at most. */
export const BUCKETS_MAX = 3;

const NAME_WORDS = 4;
const PAGE_BITS = 12;
const PAGE_ENTRIES = 2 ** PAGE_BITS;

/** Names, and the moments at which their buckets will be full: three numbers and 16 bytes an entry, whatever the name. */
export class BucketTable {
  private readonly pages: Page[] = [];
  private readonly byName = new EntryIndex();
  private readonly free: number[] = [];
  private readonly wanted = new Uint32Array(NAME_WORDS);
  /** Entries below were in use at some time. */
  private end = 0;
  private hand = 0;

  get size(): number {
    return this.end - this.free.length;
  }

  /** @returns the entry of a name, or -1. */
  find(name: string): number {
    wordsOfName(name, this.wanted);
    return this.byName.find(hashOfWords(this.wanted, 0, NAME_WORDS), this.isWanted);
  }

  /** Takes in the name that `find` was asked for last, and did not find. To be written next. */
  add(): number {
    const entry = this.free.pop() ?? this.end++;
    this.page(entry).names.set(this.wanted, nameOf(entry));
    this.byName.add(hashOfWords(this.wanted, 0, NAME_WORDS), entry);
    return entry;
  }

  /** The moments of so many buckets. */
  read(entry: number, count: number): number[] {
    const { fullAt } = this.page(entry);
    const at = momentOf(entry);
    const moments: number[] = [];
    for (let bucket = 0; bucket < count; bucket++) moments.push(fullAt[at + bucket] ?? 0);
    return moments;
  }

  write(entry: number, moments: readonly number[]): void {
    const { fullAt } = this.page(entry);
    const at = momentOf(entry);
    for (let bucket = 0; bucket < BUCKETS_MAX; bucket++) fullAt[at + bucket] = moments[bucket] ?? 0;
  }

  /** When the last bucket of an entry will be full; 0 for an entry that is not in use. */
  lastFullAt(entry: number): number {
    const { fullAt } = this.page(entry);
    const at = momentOf(entry);
    return Math.max(fullAt[at] ?? 0, fullAt[at + 1] ?? 0, fullAt[at + 2] ?? 0);
  }

  remove(entry: number): void {
    const { names, fullAt } = this.page(entry);
    this.byName.remove(hashOfWords(names, nameOf(entry), NAME_WORDS), entry);
    fullAt.fill(0, momentOf(entry), momentOf(entry) + BUCKETS_MAX);
    this.free.push(entry);
  }

  /** The next entry that is in use, round and round, within so many steps; -1 when there is none. */
  next(steps: number): number {
    for (let step = 0; step < Math.min(steps, this.end); step++) {
      const entry = this.hand;
      this.hand = (this.hand + 1) % this.end;
      if (this.lastFullAt(entry) > 0) return entry;
    }
    return -1;
  }

  private readonly isWanted = (entry: number): boolean =>
    areSame(this.page(entry).names, nameOf(entry), this.wanted, 0, NAME_WORDS);

  private page(entry: number): Page {
    return (this.pages[entry >>> PAGE_BITS] ??= new Page());
  }
}

class Page {
  readonly names = new Uint32Array(PAGE_ENTRIES * NAME_WORDS);
  readonly fullAt = new Float64Array(PAGE_ENTRIES * BUCKETS_MAX);
}

function nameOf(entry: number): number {
  return (entry & (PAGE_ENTRIES - 1)) * NAME_WORDS;
}

function momentOf(entry: number): number {
  return (entry & (PAGE_ENTRIES - 1)) * BUCKETS_MAX;
}

/** The id of a key as it is; any other name by 128 bits of its hash, which no two names share. */
function wordsOfName(name: string, words: Uint32Array): void {
  if (!wordsOfUuidIfOne(name, words)) wordsOfBytes(hash('sha256', name, 'binary'), words);
}
