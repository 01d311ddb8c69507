import type { HourlyOutcome } from '../../usage/hourly-outcomes.js';
import type { Point } from '../parts/chart.js';

const HOUR_MS = 3_600_000;

/** Every hour from the first on, with those in which nothing happened. Limits are told apart from other refusals. */
export function requestsByHour(outcomes: readonly HourlyOutcome[], first: number, hours: number): Point[] {
  const counts = new Map<number, Record<'admitted' | 'limited' | 'refused', number>>();
  for (const { hour, outcome, uses } of outcomes) {
    const of = counts.get(hour.getTime()) ?? { admitted: 0, limited: 0, refused: 0 };
    of[kindOf(outcome)] += uses;
    counts.set(hour.getTime(), of);
  }
  return Array.from({ length: hours }, (_, n) => {
    const at = first + n * HOUR_MS;
    return { at: new Date(at), values: counts.get(at) ?? {} };
  });
}

function kindOf(outcome: HourlyOutcome['outcome']): 'admitted' | 'limited' | 'refused' {
  if (outcome === 'VALID') return 'admitted';
  return outcome === 'RATE_LIMITED' || outcome === 'USAGE_EXCEEDED' ? 'limited' : 'refused';
}
