import { type LogFault } from './log-fault.js';
import { type SealedEntry } from './log-leaf.js';

/** An entry as it is stored, with the place it claims. */
export interface PlacedEntry extends SealedEntry {
  readonly leaf: number;
}

/** One tile of the log: 256 places, fewer at the end. */
export interface LogPiece {
  /** What the tree has of it; null when that is gone. */
  readonly hashes: Buffer | null;
  /** In the order of their places. */
  readonly entries: readonly PlacedEntry[];
  /** Signed notes about sizes that lie in this piece: more than at its start, at most at its end. By size. */
  readonly checkpoints: readonly SizedNote[];
  /** What is said of entries that left. */
  readonly retirements: readonly SignedRanges[];
}

/** As `signRetirement` makes it. */
export interface SignedRanges {
  readonly text: string;
  readonly note: string;
}

export interface SizedNote {
  /** What the note is kept under. */
  readonly size: number;
  readonly note: string;
}

export interface LogReport {
  readonly size: number;
  /** How much of the log a signed checkpoint vouches for. */
  readonly signedSize: number;
  readonly entries: number;
  /** Entries whose personal part was taken out. */
  readonly redacted: number;
  readonly retired: number;
  readonly checkpoints: number;
  /** The first ones, in order. */
  readonly faults: readonly LogFault[];
}
