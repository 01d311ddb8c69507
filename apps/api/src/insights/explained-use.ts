import { creditsAt, type ExplainedKey, type KeyRules, type RecordedUse, THROTTLED_MS, type UsesBefore } from '#domain';
import type { LogRow } from '../audit/log-sources.js';
import { parseAddress, parseRange } from '../keys/address-range.js';
import type { ApiKeyRecord } from '../keys/api-key.view.js';

/** A row of the log that is a use. */
export type UseRow = LogRow & { readonly outcome: NonNullable<LogRow['outcome']> };

export function isUse(row: LogRow): row is UseRow {
  return row.outcome !== null;
}

/** A use as the explanation sees it. */
export function recordedUseOf(row: UseRow, usesBefore: UsesBefore | null): RecordedUse {
  const address = row.ip_address;
  return {
    code: row.outcome,
    at: row.timestamp.getTime(),
    method: row.method ?? '',
    endpoint: row.endpoint ?? '',
    address,
    // A network and a hash are no address.
    wholeAddress: (address === null ? undefined : parseAddress(address)) ?? null,
    userAgent: row.user_agent,
    usesBefore,
  };
}

/** A key as the explanation sees it. @param secretId of the secret that was used; null: it is not known. */
export function explainedKeyOf(record: ApiKeyRecord, secretId: string | null, now: number): ExplainedKey {
  const { key, secrets, credits } = record;
  const used = secrets.find(({ id }) => id === secretId);
  const current = secrets[0];
  return {
    name: key.name,
    isCanary: key.isCanary,
    display: (used ?? current)?.display ?? '',
    current: { display: current?.display ?? '', since: (current?.createdAt ?? key.createdAt).getTime() },
    rules: {
      state: key.state,
      grace_period_ends_at: used?.retiredAt?.toISOString() ?? null,
      expires_at: key.expiresAt?.toISOString() ?? null,
      environment: key.environment,
      allowed_services: key.allowedServices,
      allowed_ips: key.allowedIps,
      allowed_user_agents: key.allowedUserAgents,
      permissions: key.permissions,
      credits: creditsNow(credits, now),
      rate_limits: { minute: key.rateLimitPerMinute, hour: key.rateLimitPerHour, day: key.rateLimitPerDay },
    },
    throttle: throttleOf(key),
    allowedRanges: key.allowedIps.flatMap((range) => parseRange(range) ?? []),
  };
}

function throttleOf({ throttlePerMinute, throttledUntil }: ApiKeyRecord['key']): ExplainedKey['throttle'] {
  if (throttlePerMinute === null || throttledUntil === null) return null;
  const until = throttledUntil.getTime();
  return { perMinute: throttlePerMinute, from: until - THROTTLED_MS, until };
}

function creditsNow(credits: ApiKeyRecord['credits'], now: number): KeyRules['credits'] {
  if (credits === null) return null;
  const { remaining, refill } = creditsAt(credits, now);
  return { remaining, refill };
}
