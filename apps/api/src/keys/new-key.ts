import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '../access/principal.js';
import type { ApiKey } from './api-key.entity.js';
import type { CreateApiKeyDto, NewApiKeyDto } from './change-api-key.dto.js';
import { columnsOf } from './key-columns.js';

type NewKey = NewApiKeyDto & Pick<CreateApiKeyDto, 'is_canary'>;

/** The row of a key that is made now, with the defaults for what the request leaves open. */
export function newKey(caller: Principal, dto: NewKey, now: number, defaultExpiryDays: number): ApiKey {
  const isCanary = dto.is_canary === true;
  return {
    id: uuidv7(),
    ownerId: caller.userId,
    description: null,
    state: 'active',
    version: 1,
    environment: 'production',
    prefix: dto.prefix ?? 'akm',
    permissions: ['read'],
    allowedServices: [],
    allowedIps: [],
    allowedUserAgents: [],
    rateLimitPerMinute: null,
    rateLimitPerHour: null,
    rateLimitPerDay: null,
    suspendedBy: null,
    throttlePerMinute: null,
    throttledUntil: null,
    // Where it lies it may be found in years.
    expiresAt: isCanary ? null : new Date(now + defaultExpiryDays * DAY_MS),
    expiryToldFor: null,
    externalId: null,
    tags: [],
    meta: null,
    hasCredits: Boolean(dto.credits),
    isCanary,
    rotateEveryDays: null,
    rotationGraceHours: null,
    createdAt: new Date(now),
    updatedAt: new Date(now),
    revokedAt: null,
    ...columnsOf(withoutNulls(dto), now),
    name: dto.name,
  };
}

/** At creation there is nothing to clear: null means the default, as an absent field does. */
function withoutNulls(dto: NewKey): NewKey {
  return Object.fromEntries(Object.entries(dto).filter(([, value]) => value !== null)) as unknown as NewKey;
}

const DAY_MS = 86_400_000;
