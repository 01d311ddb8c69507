const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A stretch of time in milliseconds since the epoch: `from` is included, `to` is not. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where the uses of a time are counted: by the hour, by the minute, or nowhere, so that each has to be read. */
export interface ActivityStretches {
  readonly hours: readonly Stretch[];
  readonly minutes: readonly Stretch[];
  readonly events: readonly Stretch[];
}

/**
 * Divides a time into what is counted already and what is left at its ends: of any time, a few minutes at most, and of
 * one whose minutes are forgotten, two hours at most.
 * @param stepMs by which it is counted: of longer steps, hours will do.
 * @param minutesFrom since when uses are counted by the minute.
 */
export function activityStretches({ from, to }: Stretch, stepMs: number, minutesFrom: number): ActivityStretches {
  const { whole: hours, ends } =
    stepMs % HOUR_MS === 0 ? divided({ from, to }, HOUR_MS) : { whole: [], ends: [{ from, to }] };
  const recent = ends.flatMap((end) => cut({ from: Math.max(end.from, minutesFrom), to: end.to }));
  const older = ends.flatMap((end) => cut({ from: end.from, to: Math.min(end.to, minutesFrom) }));
  const byMinute = recent.map((end) => divided(end, MINUTE_MS));
  return {
    hours,
    minutes: byMinute.flatMap(({ whole }) => whole),
    events: [...older, ...byMinute.flatMap(({ ends: rests }) => rests)],
  };
}

/** The whole units of a stretch, and what is left on both sides. */
function divided(stretch: Stretch, unitMs: number): { whole: readonly Stretch[]; ends: readonly Stretch[] } {
  const first = Math.ceil(stretch.from / unitMs) * unitMs;
  const last = Math.floor(stretch.to / unitMs) * unitMs;
  if (first >= last) return { whole: [], ends: [stretch] };
  return {
    whole: [{ from: first, to: last }],
    ends: [...cut({ from: stretch.from, to: first }), ...cut({ from: last, to: stretch.to })],
  };
}

/** Nothing, where nothing is left. */
function cut(stretch: Stretch): Stretch[] {
  return stretch.from < stretch.to ? [stretch] : [];
}
