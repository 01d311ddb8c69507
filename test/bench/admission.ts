/** What a limit allows: `capacity` at once, and as much again in each `periodMs`. */
export interface Allowance {
  readonly capacity: number;
  readonly periodMs: number;
}

/** How a limiter that was asked for more all the time compares with the limit. */
export interface Admission {
  readonly admitted: number;
  /** Most that a token bucket admits in that time: what it holds when full, and what flows in. */
  readonly ideal: number;
  /** Admitted beyond the ideal, in percent of it; a promise when it is 0. */
  readonly overPercent: number;
  /** Not admitted although the ideal allows it, in percent. */
  readonly underPercent: number;
}

/** @param elapsedMs from before the first request was sent to after the last answer, so that 'over' is never an error of measuring. */
export function admissionOf({ capacity, periodMs }: Allowance, admitted: number, elapsedMs: number): Admission {
  const ideal = Math.floor(capacity + (capacity * elapsedMs) / periodMs);
  const percent = (count: number) => Math.max(0, (100 * count) / ideal);
  return { admitted, ideal, overPercent: percent(admitted - ideal), underPercent: percent(ideal - admitted) };
}
