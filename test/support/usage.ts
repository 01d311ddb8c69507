import type { DataSource } from 'typeorm';
import { dayOf, UsageDays } from '../../apps/api/src/usage/usage-days.js';
import type { UsageEvent } from '../../apps/api/src/usage/usage-event.js';

export const KEY = '01930000-0000-7000-8000-00000000000a';
export const SECRET = '01930000-0000-7000-8000-00000000000b';
export const OWNER = '01930000-0000-7000-8000-00000000000c';

/** An ordinary use of a key, but for what a test cares about. */
export function usageEvent(different: Partial<UsageEvent> = {}): UsageEvent {
  return {
    at: Date.UTC(2026, 0, 1),
    keyId: KEY,
    secretId: SECRET,
    ownerId: OWNER,
    outcome: 'VALID',
    latencyUs: 41,
    requestId: '01930000-0000-7000-8000-00000000000d',
    ip: '203.0.113.7',
    userAgent: 'curl/8.5.0',
    method: 'GET',
    endpoint: '/protected/test',
    asked: null,
    ...different,
  };
}

/** Keeps addresses as they are. */
export const WHOLE_ADDRESSES = { keep: (address: string | null) => address };

/** For tests that write events past the ingest, which makes the days it needs. */
export async function makeUsageDays(dataSource: DataSource, ...times: number[]): Promise<void> {
  await new UsageDays(dataSource).make(times.map(dayOf));
}
