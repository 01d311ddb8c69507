/** How much a key was used in a week, and how much in those before. */
export interface Drift {
  readonly uses: number;
  /** The median of the weeks before. */
  readonly usual: number;
  /** How many times the usual that is. */
  readonly times: number;
}

const WEEKS_MIN = 2;
const TIMES_MIN = 1.5;
/** Less is not worth a line. */
const USES_MIN = 100;

/**
 * Whether a week was other than those before it: half as much again, or as much less. A slow rise alerts nobody, since it
 * looks like growth; here it is told, once a week, to whoever knows whether it is.
 *
 * @param weeks uses in each whole week in which there was the key, the one that is asked about last.
 */
export function driftOf(weeks: readonly number[]): Drift | null {
  const before = weeks.slice(0, -1);
  const uses = weeks.at(-1) ?? 0;
  if (before.length < WEEKS_MIN) return null;
  const usual = median(before);
  if (usual === 0 || Math.abs(uses - usual) < USES_MIN) return null;
  const times = uses / usual;
  return times >= TIMES_MIN || times <= 1 / TIMES_MIN ? { uses, usual, times } : null;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
