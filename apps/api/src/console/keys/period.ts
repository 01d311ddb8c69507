import type { UsageStep } from '../../keys/key-usage.dto.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far back the usage of a key is shown, and by which steps. */
export const PERIODS = {
  day: { label: '24 hours', step: 'hour', ms: DAY_MS - HOUR_MS },
  week: { label: '7 days', step: 'hour', ms: 7 * DAY_MS - HOUR_MS },
  month: { label: '30 days', step: 'day', ms: 29 * DAY_MS },
} as const satisfies Record<string, { label: string; step: UsageStep; ms: number }>;

export type Period = keyof typeof PERIODS;

export function periodOf(asked: unknown): Period {
  return typeof asked === 'string' && Object.hasOwn(PERIODS, asked) ? (asked as Period) : 'day';
}
