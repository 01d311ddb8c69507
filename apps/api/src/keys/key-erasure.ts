import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Clock } from '#domain';
import { AuditLog } from '../audit/audit-log.js';
import { ChangeFeed } from '../change-feed/change-feed.js';
import type { ErasureRequest } from '../erasure/erasure-part.js';
import { Erasures } from '../erasure/erasures.js';
import { EventOutbox } from '../events/event-outbox.js';
import { ApiKeySecret } from './api-key-secret.entity.js';
import { ApiKey } from './api-key.entity.js';
import { keyPayload } from './key-payload.js';

/** Keys at once: their secrets are read together. */
const BATCH = 500;

/**
 * Revokes the keys of somebody who is taken out and forgets what was written on them. Each revocation is audited and told
 * like any other, of a key that no longer says anything of a person.
 */
@Injectable()
export class KeyErasure implements OnModuleInit {
  constructor(
    private readonly erasures: Erasures,
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
    private readonly changes: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.erasures.add({ name: 'keys', atOnce: (manager, request) => this.revokeAll(manager, request) });
  }

  private async revokeAll(manager: EntityManager, request: ErasureRequest): Promise<void> {
    const now = new Date(this.clock.now());
    const [keys] = await manager.query<[{ id: string; was_live: boolean }[], number]>(REVOKE, [request.userId, now]);
    const ids = keys.map(({ id }) => id);
    await manager.query('DELETE FROM waiting_secrets WHERE key_id = ANY ($1)', [ids]);
    await manager.query('DELETE FROM limit_notices WHERE key_id = ANY ($1)', [ids]);
    for (const id of ids) this.changes.announce(manager, { kind: 'key', id });
    const revoked = keys.filter((key) => key.was_live).map(({ id }) => id);
    for (let from = 0; from < revoked.length; from += BATCH)
      await this.tell(manager, request, revoked.slice(from, from + BATCH));
  }

  private async tell(manager: EntityManager, { callerId, origin }: ErasureRequest, ids: string[]): Promise<void> {
    const keys = await manager.findBy(ApiKey, { id: In(ids) });
    const all = await manager.find(ApiKeySecret, { where: { keyId: In(ids) }, order: { version: 'DESC' } });
    const said = { origin, userId: callerId, statusCode: 202, metadata: { reason: 'user_erased' } };
    const revocations = keys.map(({ id }) => ({ ...said, action: 'api_key_revoked' as const, apiKeyId: id }));
    await this.audit.record(manager, ...revocations);
    const events = keys.map((key) => {
      const secrets = all.filter(({ keyId }) => keyId === key.id);
      return { type: 'key.revoked' as const, ownerId: key.ownerId, data: keyPayload({ key, secrets }) };
    });
    await this.events.emit(manager, ...events);
  }
}

/** $1 whose, $2 now. Also of keys that were revoked before: what is written on them goes too. */
const REVOKE = `
  UPDATE api_keys AS key SET state = 'revoked', revoked_at = COALESCE(key.revoked_at, $2), updated_at = $2,
    version = key.version + 1, name = 'erased', description = NULL, allowed_services = '{}', allowed_ips = '{}',
    allowed_user_agents = '{}', external_id = NULL, tags = '{}', meta = NULL, secret_meta = NULL
  FROM (SELECT id, state FROM api_keys WHERE owner_id = $1 ORDER BY id FOR UPDATE) AS before
  WHERE key.id = before.id RETURNING key.id, before.state <> 'revoked' AS was_live`;
