import { problem } from '#problems';
import { canonicalRange } from './address-range.js';
import type { ApiKey } from './api-key.entity.js';
import type { UpdateApiKeyDto } from './change-api-key.dto.js';
import { rotationColumns } from './rotation-policy.js';

/**
 * What a request says of a key, as columns. Absent fields are absent; null clears: a list becomes empty, a limit
 * follows the server's default, an expiry goes away, permissions fall back to none.
 * @throws Problem VALIDATION_FAILED for expiry fields that contradict each other or lie in the past, or a rotation that
 * contradicts itself.
 */
export function columnsOf(dto: UpdateApiKeyDto, now: number): Partial<ApiKey> {
  return present({
    name: dto.name,
    description: dto.description,
    environment: dto.environment,
    permissions: list(dto.permissions),
    allowedServices: list(dto.allowed_services),
    allowedIps: canonical(list(dto.allowed_ips)),
    allowedUserAgents: list(dto.allowed_user_agents),
    rateLimitPerMinute: dto.rate_limit_per_minute,
    rateLimitPerHour: dto.rate_limit_per_hour,
    rateLimitPerDay: dto.rate_limit_per_day,
    expiresAt: expiryOf(dto, now),
    externalId: dto.external_id,
    tags: list(dto.tags),
    meta: dto.meta,
    ...rotationColumns(dto.rotation),
  });
}

/** @returns undefined when the request says nothing of the expiry, null for never. */
function expiryOf(dto: UpdateApiKeyDto, now: number): Date | null | undefined {
  const said = EXPIRY_FIELDS.filter((field) => dto[field] !== undefined && dto[field] !== null);
  if (said.length > 1) {
    throw invalid(
      said.map((field) => ({ field, message: `${field} excludes ${said.filter((s) => s !== field).join(', ')}` })),
    );
  }
  if (typeof dto.expires_in_days === 'number') return new Date(now + dto.expires_in_days * DAY_MS);
  if (typeof dto.expires_at === 'string') return inFuture(new Date(dto.expires_at), now);
  return dto.never_expires === true || dto.expires_at === null ? null : undefined;
}

const EXPIRY_FIELDS = ['expires_in_days', 'expires_at', 'never_expires'] as const;
const DAY_MS = 86_400_000;

function inFuture(moment: Date, now: number): Date {
  if (moment.getTime() > now) return moment;
  throw invalid([{ field: 'expires_at', message: 'expires_at must be in the future' }]);
}

function invalid(errors: { field: string; message: string }[]) {
  return problem('VALIDATION_FAILED', { errors });
}

function list(values: string[] | null | undefined): string[] | undefined {
  return values === null ? [] : values;
}

function canonical(ranges: string[] | undefined): string[] | undefined {
  return ranges && [...new Set(ranges.map((range) => canonicalRange(range) ?? range))];
}

function present<T extends object>(columns: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<T>;
}
