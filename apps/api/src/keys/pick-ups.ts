import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PlaintextKey } from '#domain';
import { problem } from '#problems';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { assertVisible, assertWithinReach } from './api-key-access.js';
import { actingKey, type ChangeRequest } from './api-key-change.js';
import { ApiKeyPresenter } from './api-key-presenter.js';
import { ApiKeyStore } from './api-key-store.js';
import type { ApiKeyRecord } from './api-key.view.js';
import { WaitingSecrets } from './waiting-secrets.js';

/** A key with the secret that waited for whoever asks. */
export interface PickedUp {
  readonly record: ApiKeyRecord;
  readonly secret: PlaintextKey;
}

/** Hands out secrets that wait: each once, to the first who comes with its token or with power over its key. */
@Injectable()
export class PickUps {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ApiKeyStore,
    private readonly waiting: WaitingSecrets,
    private readonly present: ApiKeyPresenter,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem NO_SECRET_WAITING for a token that was used, whose secret is gone, or that never was. */
  async byToken(origin: RequestOrigin, token: string, once?: IdempotentRequest): Promise<PickedUp> {
    const keyId = await this.waiting.keyOf(token);
    const record = keyId === undefined ? undefined : await this.store.find(keyId);
    if (!record) return this.refuseUnlessRepeated(once);
    return this.pickUp(record, { origin, userId: record.key.ownerId, metadata: { with: 'token' } }, once, token);
  }

  /** For whoever could rotate the key by hand. @throws Problem NOT_FOUND, FORBIDDEN or NO_SECRET_WAITING. */
  async ofKey({ caller, origin, id, once }: ChangeRequest): Promise<PickedUp> {
    const record = await this.store.find(id);
    assertVisible(caller, record?.key);
    assertWithinReach(caller, record.key, 'rotate');
    return this.pickUp(record, { origin, userId: caller.userId, metadata: actingKey(caller) }, once);
  }

  private pickUp(record: ApiKeyRecord, by: Taker, once?: IdempotentRequest, token?: string): Promise<PickedUp> {
    const { id } = record.key;
    return inTransaction(this.dataSource, async (manager) => {
      await once?.begin(manager);
      const secret = await this.waiting.take(manager, id, token);
      if (!secret) throw problem('NO_SECRET_WAITING');
      await this.audit.record(manager, { action: 'key_secret_picked_up', apiKeyId: id, statusCode: 200, ...by });
      const after = { ...(await this.store.findIn(manager, id)), usage: record.usage };
      await once?.keep(manager, id, this.present.issued(after, secret));
      return { record: after, secret };
    });
  }

  /** An equal request may have taken it a moment ago. */
  private refuseUnlessRepeated(once?: IdempotentRequest): Promise<never> {
    return inTransaction(this.dataSource, async (manager) => {
      await once?.begin(manager);
      throw problem('NO_SECRET_WAITING');
    });
  }
}

interface Taker {
  readonly origin: RequestOrigin;
  readonly userId: string;
  readonly metadata: Record<string, unknown>;
}
