import { leafOf, type MerkleHash, type SealedEntry, signRetirement, type SizedNote } from '#domain';
import { LogWriter, type MemoryLog, readLog, someEntry } from '../../support/memory-log.js';
import { seededRandom } from '../../support/seeded-random.js';
import { copyOf, type Expected, type Means, TAMPERINGS } from './tamperings.js';

/** What became of one tampering. */
export interface Trial {
  readonly tampering: string;
  readonly isFound: boolean;
  readonly isNamedRight: boolean;
  /** For a person, when it is not. */
  readonly story: string;
}

/**
 * A log in memory, written and read by the code of the product, to be tampered with again and again. Each trial works on a
 * copy and reads all of it through the verifier; only the leaves of entries that nobody touched are remembered from the
 * first reading, which no change to them could survive: a tampered entry is another object.
 */
export class TamperedLog {
  readonly #writer: LogWriter;
  readonly #earlier: MemoryLog[] = [];
  /** The newest checkpoint, kept where the tamperer does not reach. */
  readonly #outside: readonly SizedNote[];
  readonly #means: Means;
  readonly #leaves = new WeakMap<object, MerkleHash | undefined>();

  constructor(size: number, seed: number) {
    const random = seededRandom(seed);
    this.#writer = new LogWriter((length) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))));
    const { log } = this.#writer;
    while (log.size < size) {
      const count = Math.min(1 + Math.floor(random() * (size / 50)), size - log.size);
      this.#writer.add(Array.from({ length: count }, (_, at) => someEntry(log.size + at)));
      // The last entries are not signed before they are all there.
      if (random() < 0.8 || log.size === size) this.#writer.sign();
      if (log.size < size) this.#earlier.push(copyOf(log));
    }
    const isRetired = this.#retire(log);
    this.#outside = log.checkpoints.slice(-1);
    this.#means = { random, earlier: this.#earlier, isRetired };
  }

  /** What is found when nobody has touched it. */
  untouched() {
    return this.#read(this.#writer.log);
  }

  /** Tampers once, in a way that chance chooses among all. */
  try(): Trial {
    const names = Object.keys(TAMPERINGS);
    const tampering = names[Math.floor(this.#means.random() * names.length)] ?? '';
    const log = copyOf(this.#writer.log);
    const expected = TAMPERINGS[tampering]?.(log, this.#means) ?? { kinds: [], from: 0, to: 0 };
    const [first] = this.#read(log).faults;
    const isNamedRight = first !== undefined && isAsExpected(first, expected);
    const found = first ? `${first.kind} at ${first.leaf} to ${first.to}` : 'nothing';
    const story = `${tampering}: found ${found}, expected ${expected.kinds.join('/')} at ${expected.from}..${expected.to}`;
    return { tampering, isFound: first !== undefined, isNamedRight, story };
  }

  #read(log: MemoryLog) {
    return readLog(log, this.#writer.signer, this.#outside, (placed) => this.#leafOf(placed));
  }

  #leafOf(placed: SealedEntry): MerkleHash | undefined {
    // A place is no part of the leaf: a row that was moved is another object with the same entry and salt.
    const known = this.#leaves.get(placed);
    if (known !== undefined) return known;
    const leaf = leafOf(placed);
    this.#leaves.set(placed, leaf);
    return leaf;
  }

  /** A stretch of uses leaves in time, between changes that stay. */
  #retire(log: MemoryLog): (leaf: number) => boolean {
    const [from, to] = [Math.floor(log.size * 0.2), Math.floor(log.size * 0.25)];
    const isOver = (leaf: number) => leaf >= from && leaf < to && leaf % 10 !== 0;
    const ranges = log.entries.filter(({ leaf }) => isOver(leaf)).map(({ leaf }) => `[${leaf},${leaf + 1})`);
    const text = `{${ranges.join(',')}}`;
    log.entries = log.entries.filter(({ leaf }) => !isOver(leaf));
    log.retirements = [{ text, note: signRetirement(text, this.#writer.signer) }];
    return isOver;
  }
}

function isAsExpected({ kind, leaf, to }: { kind: string; leaf: number; to: number }, expected: Expected): boolean {
  if (!expected.kinds.some((each) => each === kind)) return false;
  return leaf >= expected.from && (leaf <= expected.to || (leaf <= expected.to && to > expected.from));
}
