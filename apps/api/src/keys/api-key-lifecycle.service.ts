import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ApiKeyPresenter } from './api-key-presenter.js';
import { ApiKeyChange, type ChangeRequest } from './api-key-change.js';
import type { ApiKeyRecord, Rotation } from './api-key.view.js';
import { keyPayload } from './key-payload.js';
import { nextSecret, retireEarlier } from './next-secret.js';
import { discardWaiting } from './waiting-secrets.js';

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
      event: (after) => ({
        type: 'key.disabled',
        ownerId: after.key.ownerId,
        data: { ...keyPayload(after), anomaly_id: null },
      }),
    }));
  }

  enable(request: ChangeRequest): Promise<ApiKeyRecord> {
    return this.change.apply(request, () => ({
      action: 'enable',
      audited: 'api_key_enabled',
      statusCode: 200,
      columns: { state: 'active', suspendedBy: null },
    }));
  }

  /**
   * Final: nothing brings a revoked key back, and no change made in between stops it.
   * @throws Problem KEY_STATE_CONFLICT when the key is revoked already, so that one of many callers has done it.
   */
  async revoke(request: ChangeRequest): Promise<void> {
    await this.change.apply(request, ({ key }, now) => ({
      action: 'revoke',
      audited: 'api_key_revoked',
      statusCode: 204,
      columns: { state: 'revoked', revokedAt: new Date(now), suspendedBy: null },
      also: (manager) => discardWaiting(manager, key.id),
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
    const record = await this.change.apply(request, (before, now) => {
      const next = nextSecret(before, graceHours, now);
      const fresh = { secret: next.secret, graceEndsAt: next.graceEndsAt };
      issued = fresh;
      return {
        action: 'rotate',
        audited: 'api_key_rotated',
        statusCode: 200,
        columns: {},
        also: next.put,
        metadata: { secret_version: next.row.version, grace_period_ends_at: next.graceEndsAt },
        event: (after) => ({
          type: 'key.rotated',
          ownerId: after.key.ownerId,
          data: { ...keyPayload(after), grace_period_ends_at: next.graceEndsAt, pickup: null },
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
