import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Principal } from '../access/principal.js';
import { AuditLog } from '../audit/audit-log.js';
import { EventOutbox } from '../events/event-outbox.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { actingKey } from './api-key-change.js';
import type { ApiKeyRecord } from './api-key.view.js';
import { storeCredits } from './credits.js';
import { keyPayload } from './key-payload.js';

/** Where a new key came from. */
export interface Addition {
  readonly caller: Principal;
  readonly origin: RequestOrigin;
  readonly action: 'api_key_created' | 'api_key_imported';
}

/** What goes with each new key, however it came about. */
@Injectable()
export class ApiKeyAddition {
  constructor(
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
  ) {}

  /** @param manager of the transaction that has inserted the key and its secret. */
  async record(manager: EntityManager, { caller, origin, action }: Addition, record: ApiKeyRecord): Promise<void> {
    const { key, credits } = record;
    if (credits) await storeCredits(manager, key.id, credits);
    await this.audit.record(manager, {
      action,
      origin,
      userId: caller.userId,
      apiKeyId: key.id,
      statusCode: 201,
      metadata: {
        ...actingKey(caller),
        name: key.name,
        permissions: key.permissions,
        environment: key.environment,
        ...(key.isCanary && { is_canary: true }),
      },
    });
    await this.events.emit(manager, {
      type: 'key.created',
      ownerId: key.ownerId,
      data: { ...keyPayload(record), permissions: key.permissions, expires_at: key.expiresAt },
    });
  }
}
