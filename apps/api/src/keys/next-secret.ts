import { randomBytes } from 'node:crypto';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { digestOf, displayOf, generateKey, graceEndsAt, type PlaintextKey } from '#domain';
import { ApiKeySecret } from './api-key-secret.entity.js';
import type { ApiKeyRecord } from './api-key.view.js';
import { discardWaiting } from './waiting-secrets.js';

/** The secret that takes the place of the current one of a key. */
export interface NextSecret {
  readonly secret: PlaintextKey;
  readonly row: ApiKeySecret;
  /** Until when the secret before it works; null: it stops at once. */
  readonly graceEndsAt: Date | null;
  /** Puts it there. The secret before it retires, those before that stop, and one that still waits is destroyed. */
  readonly put: (manager: EntityManager) => Promise<void>;
}

/** Makes the next secret of a key. The one before it works until `graceHours` have passed, but not beyond the key. */
export function nextSecret({ key, secrets }: ApiKeyRecord, graceHours: number, now: number): NextSecret {
  const secret = generateKey(key.environment, randomBytes, key.prefix);
  const row = newSecret(key.id, (secrets[0]?.version ?? 0) + 1, secret, now);
  const end = new Date(graceEndsAt(graceHours, key.expiresAt?.getTime() ?? null, now));
  return {
    secret,
    row,
    graceEndsAt: graceHours > 0 ? end : null,
    put: (manager) => replaceSecret(manager, row, end, new Date(now)),
  };
}

/** The row of a secret. Of the secret itself it has the digest and what is safe to show. */
export function newSecret(keyId: string, version: number, secret: PlaintextKey, now: number): ApiKeySecret {
  return {
    id: uuidv7(),
    keyId,
    version,
    digest: digestOf(secret.reveal()),
    display: displayOf(secret.reveal()),
    isImported: false,
    createdAt: new Date(now),
    retiredAt: null,
    isRetirementTold: false,
  };
}

/** Stops every secret but the current one now. */
export async function retireEarlier(manager: EntityManager, keyId: string, now: Date): Promise<void> {
  await manager.update(ApiKeySecret, { keyId, retiredAt: MoreThan(now) }, { retiredAt: now, isRetirementTold: true });
}

async function replaceSecret(manager: EntityManager, next: ApiKeySecret, end: Date, now: Date): Promise<void> {
  await discardWaiting(manager, next.keyId);
  await retireEarlier(manager, next.keyId, now);
  await manager.update(
    ApiKeySecret,
    { keyId: next.keyId, retiredAt: IsNull() },
    { retiredAt: end, isRetirementTold: end <= now },
  );
  await manager.insert(ApiKeySecret, next);
}
