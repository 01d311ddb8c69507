import { type Pool } from './pool.js';

/** The detectors, by what they look at. */
export const EVIDENCE_KINDS = [
  'place',
  'shape',
  'shared',
  'denied',
  'sharing',
  'dormant',
  'stuffing',
  'retired_secret',
  'canary',
] as const;

export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** What is refused anyway when it is used, and what is of no key. */
export const IN_VAIN: ReadonlySet<EvidenceKind> = new Set(['retired_secret', 'canary', 'stuffing', 'shared']);

/** What one detector has to say about one moment. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /**
   * How rarely a key does that by itself, in powers of ten: 3 is once in a thousand days for `place` and `dormant`, once
   * in a thousand such hours or buckets for `sharing` and `denied`. For `shape` it is 2.5 times the score of novelty,
   * which has no such meaning; thresholds come from what has been usual.
   */
  readonly e: number;
  readonly at: number;
  /** When what was observed began. */
  readonly since: number;
  /** What is counted differs by kind; `explain` says it in words. */
  readonly observed: number;
  readonly typical: readonly [from: number, to: number];
  /** How rare that is, in words. */
  readonly once: string;
  readonly facts: Readonly<Record<string, number | string>>;
}

/**
 * One way to notice misuse. Its state belongs to one key, or to the installation, and is changed in place by `step`;
 * what it has seen in which order is all that it depends on, so an incident can be played again.
 */
export interface Detector<State, Seen> {
  readonly kind: EvidenceKind;
  init(now: number): State;
  /** Moments do not go back. Null: nothing worth keeping. */
  step(state: State, seen: Seen, pool: Pool): Evidence | null;
  encode(state: State): Uint8Array;
  /** Undefined: of another version, or not whole. Begin anew, and say so. */
  decode(bytes: Uint8Array): State | undefined;
}

/** Evidence below this is not worth a row. */
export const EVIDENCE_MIN = 1.5;

/** The most that one kind but `shape` can say: once in a hundred million. Models are not to be trusted further. */
export const EVIDENCE_MAX = 8;

/** Evidence of a chance. */
export function evidenceOf(chance: number): number {
  return Math.min(EVIDENCE_MAX, -Math.log10(Math.max(chance, 1e-30)));
}
