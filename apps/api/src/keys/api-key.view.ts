import { type Credits, type PlaintextKey, statusOf } from '#domain';
import type { KeysConfig } from '../config/config.js';
import { creditsView } from './credits.js';
import type { ApiKeySecret } from './api-key-secret.entity.js';
import type { ApiKeyDto, ApiKeySecretDto, ThrottleDto } from './api-key.dto.js';
import type { ApiKey } from './api-key.entity.js';
import { pendingPickupView, rotationView } from './rotation-policy.js';
import type { SecretUsage } from '../usage/usage-totals.js';

/** A key with everything that is shown of it. */
export interface ApiKeyRecord {
  readonly key: ApiKey;
  /** Every secret it ever had, newest first. */
  readonly secrets: readonly ApiKeySecret[];
  /** Admitted uses, by secret id. */
  readonly usage: ReadonlyMap<string, SecretUsage>;
  /** Null: uses are not counted. */
  readonly credits: Credits | null;
  /** Since when its current secret waits to be picked up; null: it does not. */
  readonly waitingSince: Date | null;
}

/** A key with the secret it has just been given. */
export interface Rotation {
  readonly record: ApiKeyRecord;
  readonly secret: PlaintextKey;
  /** Until when the secret before it works; null: it stopped at once. */
  readonly graceEndsAt: Date | null;
}

/** The key object of the contract at a moment (milliseconds since the epoch). */
export function apiKeyView(record: ApiKeyRecord, defaults: KeysConfig, now: number): ApiKeyDto {
  const { key, secrets, usage, credits } = record;
  const live = secrets.filter(({ retiredAt }) => retiredAt === null || retiredAt.getTime() > now);
  const graceEndsAt = graceEnd(live);
  const uses = secrets.flatMap(({ id }) => usage.get(id) ?? []);
  return {
    id: key.id,
    name: key.name,
    description: key.description,
    key_prefix: secrets[0]?.display ?? '',
    status: statusOf({ state: key.state, expiresAt: time(key.expiresAt), retiringUntil: time(graceEndsAt) }, now),
    permissions: key.permissions,
    allowed_services: key.allowedServices,
    allowed_ips: key.allowedIps,
    allowed_user_agents: key.allowedUserAgents,
    environment: key.environment,
    rate_limit_per_minute: key.rateLimitPerMinute ?? defaults.ratePerMinute,
    rate_limit_per_hour: key.rateLimitPerHour ?? defaults.ratePerHour,
    rate_limit_per_day: key.rateLimitPerDay ?? defaults.ratePerDay,
    throttle: throttleView(key, now),
    suspended_by: key.suspendedBy,
    expires_at: key.expiresAt,
    last_used_at: latest(uses.map(({ lastUsedAt }) => lastUsedAt)),
    usage_count: uses.reduce((sum, { usageCount }) => sum + usageCount, 0),
    created_at: key.createdAt,
    updated_at: key.updatedAt,
    owner_id: key.ownerId,
    external_id: key.externalId,
    tags: key.tags,
    meta: key.meta,
    credits: creditsView(credits, now),
    rotation: rotationView(record, defaults),
    pending_pickup: pendingPickupView(record, defaults),
    is_canary: key.isCanary,
    grace_period_ends_at: graceEndsAt,
    secrets: key.state === 'revoked' ? [] : live.map((secret) => secretView(secret, usage.get(secret.id))),
  };
}

function throttleView({ throttlePerMinute, throttledUntil }: ApiKey, now: number): ThrottleDto | null {
  if (throttlePerMinute === null || throttledUntil === null || throttledUntil.getTime() <= now) return null;
  return { rate_limit_per_minute: throttlePerMinute, until: throttledUntil };
}

/** When the last of the earlier secrets stops working; null when none works. */
export function graceEnd(live: readonly ApiKeySecret[]): Date | null {
  return latest(live.flatMap(({ retiredAt }) => retiredAt ?? []));
}

function secretView(secret: ApiKeySecret, usage: SecretUsage | undefined): ApiKeySecretDto {
  return {
    key_prefix: secret.display,
    state: secret.retiredAt === null ? 'current' : 'retiring',
    created_at: secret.createdAt,
    grace_period_ends_at: secret.retiredAt,
    last_used_at: usage?.lastUsedAt ?? null,
    usage_count: usage?.usageCount ?? 0,
  };
}

function latest(moments: readonly (Date | null)[]): Date | null {
  const times = moments.flatMap((moment) => moment?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}

function time(moment: Date | null): number | null {
  return moment?.getTime() ?? null;
}
