import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { digestOf, displayOf, generateKey, type PlaintextKey } from '#domain';
import { Config } from '../config/config.js';
import { ApiKeyPresenter } from './api-key-presenter.js';
import { ApiKeyChange, type ChangeRequest } from './api-key-change.js';
import { ApiKeySecret } from './api-key-secret.entity.js';
import type { ApiKeyRecord, Rotation } from './api-key.view.js';
import { keyPayload } from './key-payload.js';

/** Moves a key through its states: disable, enable, rotate, revoke. The states themselves are the domain's. */
@Injectable()
export class ApiKeyLifecycleService {
  constructor(
    private readonly change: ApiKeyChange,
    private readonly present: ApiKeyPresenter,
    private readonly config: Config,
  ) {}

  disable(request: ChangeRequest): Promise<ApiKeyRecord> {
    return this.change.apply(request, () => ({
      action: 'disable',
      audited: 'api_key_disabled',
      statusCode: 200,
      columns: { state: 'disabled' },
      event: (after) => ({ type: 'key.disabled', ownerId: after.key.ownerId, data: keyPayload(after) }),
    }));
  }

  enable(request: ChangeRequest): Promise<ApiKeyRecord> {
    return this.change.apply(request, () => ({
      action: 'enable',
      audited: 'api_key_enabled',
      statusCode: 200,
      columns: { state: 'active' },
    }));
  }

  /**
   * Final: nothing brings a revoked key back, and no change made in between stops it.
   * @throws Problem KEY_STATE_CONFLICT when the key is revoked already, so that one of many callers has done it.
   */
  async revoke(request: ChangeRequest): Promise<void> {
    await this.change.apply(request, (_, now) => ({
      action: 'revoke',
      audited: 'api_key_revoked',
      statusCode: 204,
      columns: { state: 'revoked', revokedAt: new Date(now) },
      event: (after) => ({ type: 'key.revoked', ownerId: after.key.ownerId, data: keyPayload(after) }),
      overrides: true,
    }));
  }

  /**
   * Gives the key another secret under the same id. The secret before it works until `graceHours` have passed, but not
   * beyond the key itself; secrets before that stop at once, so that never more than two work.
   */
  async rotate(request: ChangeRequest, graceHours = this.config.keys.graceHours): Promise<Rotation> {
    let issued: Omit<Rotation, 'record'> | undefined;
    const record = await this.change.apply(request, ({ key, secrets }, now) => {
      const secret = generateKey(key.environment, randomBytes, key.prefix);
      const graceEndsAt = new Date(Math.min(now + graceHours * HOUR_MS, key.expiresAt?.getTime() ?? Infinity));
      const version = (secrets[0]?.version ?? 0) + 1;
      const effectiveGraceEnd = graceHours > 0 ? graceEndsAt : null;
      const fresh = { secret, graceEndsAt: effectiveGraceEnd };
      issued = fresh;
      return {
        action: 'rotate',
        audited: 'api_key_rotated',
        statusCode: 200,
        columns: {},
        also: (manager) => replaceSecret(manager, newSecret(key.id, version, secret, now), graceEndsAt, new Date(now)),
        metadata: { secret_version: version, grace_period_ends_at: effectiveGraceEnd },
        event: (after) => ({
          type: 'key.rotated',
          ownerId: after.key.ownerId,
          data: { ...keyPayload(after), grace_period_ends_at: effectiveGraceEnd },
        }),
        answer: (after) => this.present.rotated({ record: after, ...fresh }),
      };
    });
    if (!issued) throw new Error('a rotation that decided nothing cannot have been applied');
    return { record, ...issued };
  }

  /** Stops every secret but the current one now. */
  endGrace(request: ChangeRequest): Promise<ApiKeyRecord> {
    return this.change.apply(request, ({ key }, now) => ({
      action: 'end_grace',
      audited: 'key_rotation_completed',
      statusCode: 200,
      columns: {},
      also: (manager) => retireEarlier(manager, key.id, new Date(now)),
    }));
  }
}

const HOUR_MS = 3_600_000;

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

async function replaceSecret(manager: EntityManager, next: ApiKeySecret, graceEndsAt: Date, now: Date): Promise<void> {
  await retireEarlier(manager, next.keyId, now);
  await manager.update(
    ApiKeySecret,
    { keyId: next.keyId, retiredAt: IsNull() },
    {
      retiredAt: graceEndsAt,
      isRetirementTold: graceEndsAt <= now,
    },
  );
  await manager.insert(ApiKeySecret, next);
}

async function retireEarlier(manager: EntityManager, keyId: string, now: Date): Promise<void> {
  await manager.update(ApiKeySecret, { keyId, retiredAt: MoreThan(now) }, { retiredAt: now, isRetirementTold: true });
}
