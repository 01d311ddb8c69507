import type { AddressRange, BucketPolicy, KeyFacts, PermissionQuery } from '#domain';
import type { VerifiedKey } from '#guards';
import type { KeysConfig } from '../../config/config.js';
import { parseRange } from '../address-range.js';

/** A key as verification needs it: parsed once, judged often. */
export interface KnownKey {
  readonly facts: KeyFacts;
  readonly key: VerifiedKey;
  readonly secretId: string;
  readonly limits: readonly BucketPolicy[];
  /** What holds in the place of `limits` for a while; null: nothing does. */
  readonly throttle: Throttle | null;
  /** What is left of them is not known here: it changes with every use. */
  readonly hasCredits: boolean;
  /** AskedPermissions leaves here what it has found out already; null: nothing yet. */
  asked: AskedBefore | null;
}

/** What the last use of a key asked for, where nothing of it was new. */
export interface AskedBefore {
  /** What was recorded by then: it tells nothing once other records have taken the place of these. */
  readonly records: object;
  readonly required: PermissionQuery | undefined;
}

/** Tighter limits that end by themselves: their end is compared with the clock at each use. */
export interface Throttle {
  readonly limits: readonly BucketPolicy[];
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** A row of FIND_KEY_SQL. */
export interface KnownKeyRow {
  readonly id: string;
  readonly owner_id: string;
  readonly name: string;
  readonly state: KeyFacts['state'];
  readonly environment: KeyFacts['environment'];
  readonly permissions: string[];
  readonly allowed_services: string[];
  readonly allowed_ips: string[];
  readonly allowed_user_agents: string[];
  readonly rate_limit_per_minute: number | null;
  readonly rate_limit_per_hour: number | null;
  readonly rate_limit_per_day: number | null;
  readonly throttle_per_minute: number | null;
  readonly throttled_until: Date | null;
  readonly expires_at: Date | null;
  readonly external_id: string | null;
  readonly meta: Record<string, unknown> | null;
  readonly has_credits: boolean;
  readonly is_canary: boolean;
  readonly secret_id: string;
  readonly retired_at: Date | null;
}

export function knownKeyOf(row: KnownKeyRow, defaults: KeysConfig): KnownKey {
  const expiresAt = row.expires_at?.getTime() ?? null;
  return {
    facts: {
      state: row.state,
      isCanary: row.is_canary,
      secret: { retiredAt: row.retired_at?.getTime() ?? null },
      expiresAt,
      environment: row.environment,
      allowedServices: row.allowed_services,
      // Nothing more is done for a canary than for a key that is none: the time it takes would tell.
      allowedRanges: row.is_canary ? [] : row.allowed_ips.map(rangeOf),
      allowedUserAgents: row.allowed_user_agents,
      permissions: row.permissions,
      creditsRemaining: null,
    },
    key: {
      id: row.id,
      name: row.name,
      ownerId: row.owner_id,
      externalId: row.external_id,
      permissions: row.permissions,
      environment: row.environment,
      expiresAt,
      meta: row.meta,
    },
    secretId: row.secret_id,
    hasCredits: row.has_credits && !row.is_canary,
    asked: null,
    limits: limitsOf(row, defaults, Infinity),
    throttle:
      row.throttle_per_minute === null || row.throttled_until === null
        ? null
        : { limits: limitsOf(row, defaults, row.throttle_per_minute), until: row.throttled_until.getTime() },
  };
}

/** The limits of a key at a moment. */
export function limitsAt({ limits, throttle }: KnownKey, now: number): readonly BucketPolicy[] {
  return throttle === null || now >= throttle.until ? limits : throttle.limits;
}

function limitsOf(row: KnownKeyRow, defaults: KeysConfig, perMinuteMax: number): BucketPolicy[] {
  const perMinute = row.rate_limit_per_minute ?? defaults.ratePerMinute;
  return [
    { name: 'minute', capacity: Math.min(perMinute, perMinuteMax), periodMs: 60_000 },
    { name: 'hour', capacity: row.rate_limit_per_hour ?? defaults.ratePerHour, periodMs: 3_600_000 },
    { name: 'day', capacity: row.rate_limit_per_day ?? defaults.ratePerDay, periodMs: 86_400_000 },
  ];
}

/** A stored range that cannot be read admits nobody: a range no address is in, rather than a restriction that is gone. */
function rangeOf(text: string): AddressRange {
  return parseRange(text) ?? { version: 4, words: [], prefixLength: 33 };
}
