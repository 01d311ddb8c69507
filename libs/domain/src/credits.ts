export const REFILL_INTERVALS = ['daily', 'monthly'] as const;

export type RefillInterval = (typeof REFILL_INTERVALS)[number];

export interface Refill {
  /** What there is again when a period begins. */
  readonly amount: number;
  readonly interval: RefillInterval;
}

/** Uses that were paid for in advance: whole numbers, never below zero. */
export interface Credits {
  readonly remaining: number;
  readonly refill: Refill | null;
  /** Epoch milliseconds of the last refill, or of the moment the credits were set. */
  readonly refilledAt: number;
}

/**
 * The credits as they are at a moment. A refill brings them up to its amount when a day or month of the calendar begins
 * (UTC); what is left above it stays, and periods in which nobody looked do not add up. So it does not matter when it is
 * asked for: no job has to be on time.
 */
export function creditsAt(credits: Credits, now: number): Credits {
  const { remaining, refill, refilledAt } = credits;
  if (refill === null) return credits;
  const periodAt = periodStart(refill.interval, now);
  return refilledAt >= periodAt
    ? credits
    : { remaining: Math.max(remaining, refill.amount), refill, refilledAt: periodAt };
}

/** What is left after a use, or null when there is not enough for it. */
export function spendCredits(credits: Credits, cost: number, now: number): Credits | null {
  const current = creditsAt(credits, now);
  return cost <= current.remaining ? { ...current, remaining: current.remaining - cost } : null;
}

/** Milliseconds until the same use would be paid for; 0 when no refill will ever do that. */
export function refillInMs({ refill }: Credits, cost: number, now: number): number {
  if (refill === null || cost > refill.amount) return 0;
  return nextPeriodStart(refill.interval, now) - now;
}

function periodStart(interval: RefillInterval, now: number): number {
  return interval === 'daily' ? startOfDay(now, 0) : startOfMonth(now, 0);
}

function nextPeriodStart(interval: RefillInterval, now: number): number {
  return interval === 'daily' ? startOfDay(now, 1) : startOfMonth(now, 1);
}

/** Days of UTC are all equally long. */
function startOfDay(now: number, daysLater: number): number {
  return (Math.floor(now / DAY_MS) + daysLater) * DAY_MS;
}

function startOfMonth(now: number, monthsLater: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1);
}

const DAY_MS = 86_400_000;
