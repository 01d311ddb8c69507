import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '../access/principal.js';
import type { ApiKey } from './api-key.entity.js';
import type { CreateApiKeyDto } from './change-api-key.dto.js';
import { columnsOf } from './key-columns.js';

/** The row of a key that is made now, with the defaults for what the request leaves open. */
export function newKey(caller: Principal, dto: CreateApiKeyDto, now: number, defaultExpiryDays: number): ApiKey {
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
    expiresAt: new Date(now + defaultExpiryDays * DAY_MS),
    expiryToldFor: null,
    externalId: null,
    tags: [],
    meta: null,
    hasCredits: Boolean(dto.credits),
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
function withoutNulls(dto: CreateApiKeyDto): CreateApiKeyDto {
  return Object.fromEntries(Object.entries(dto).filter(([, value]) => value !== null)) as unknown as CreateApiKeyDto;
}

const DAY_MS = 86_400_000;
