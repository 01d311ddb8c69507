/** How to try again: a pause that grows by `factor` from `firstMs` up to `mostMs`. */
export interface RetryPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly mostMs: number;
}

/**
 * When to try again after a failure, or undefined when it is over.
 *
 * Half of the pause is left to chance, so that what failed together does not come back together. The last try falls on
 * `giveUpAt` itself: whoever was told "for a day" gets the whole day.
 *
 * @param failures how often it has failed so far, this time included: at least 1.
 * @param giveUpAt milliseconds since the epoch; a failure then or later is the last one.
 * @param chance at least 0, below 1.
 */
export function nextTry(
  policy: RetryPolicy,
  failures: number,
  giveUpAt: number,
  now: number,
  chance: number,
): number | undefined {
  if (now >= giveUpAt) return undefined;
  const pauseMs = Math.min(policy.firstMs * policy.factor ** (failures - 1), policy.mostMs);
  return Math.min(now + Math.ceil((pauseMs * (1 + chance)) / 2), giveUpAt);
}
