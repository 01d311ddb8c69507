/** How novelty is remembered and measured. One setting for all keys; nothing is fitted to a single one. */
export interface NoveltySetting {
  /** How many patterns each memory holds; the one that was met the longest ago makes room. */
  readonly prototypes: number;
  /** A pattern this close to a known one, as a share of the range ever seen, is the known one. */
  readonly tolerance: number;
  /** Steps a pattern waits before it is known: what goes on just now must not make itself familiar. */
  readonly delaySteps: number;
  /** Steps before which nothing is novel. */
  readonly learningSteps: number;
  /** Days before the time of day is expected to repeat itself. */
  readonly learningDays: number;
}

/** Rollups of five minutes: a week to learn in. */
export const KEY_NOVELTY: NoveltySetting = {
  prototypes: 64,
  tolerance: 0.05,
  delaySteps: 20,
  learningSteps: 2_016,
  learningDays: 3,
};
