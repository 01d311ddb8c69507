import { Chance } from './chance.js';

export const MINUTES_5 = 300_000;
export const BUCKETS_A_DAY = 288;
export const DAY_MS = 86_400_000;
/** A Monday. */
export const START = Date.UTC(2026, 0, 5);

/** What happens to all keys of an installation at once. */
export interface Calendar {
  readonly days: number;
  readonly holidays: ReadonlySet<number>;
  readonly outages: readonly Outage[];
}

/** Something upstream fails: calls fail and are tried again. */
interface Outage {
  readonly from: number;
  readonly until: number;
  readonly retries: number;
  /** Of the keys. */
  readonly share: number;
}

export function calendarOf(seed: number, days: number): Calendar {
  const chance = new Chance(seed);
  const holidays = new Set<number>();
  const outages: Outage[] = [];
  for (let day = 0; day < days; day++) {
    if (chance.isTrue(0.02)) holidays.add(day);
    if (!chance.isTrue(0.12)) continue;
    const from = day * BUCKETS_A_DAY + chance.integer(0, BUCKETS_A_DAY - 1);
    const share = 0.3 + 0.7 * chance.share();
    outages.push({ from, until: from + chance.integer(3, 24), retries: 1.3 + chance.exponential(1.2), share });
  }
  return { days, holidays, outages };
}
