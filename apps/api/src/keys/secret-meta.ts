import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import { Encryption } from '../encryption/encryption.js';
import { SEALED_COLUMNS } from '../encryption/sealed-columns.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { ApiKey } from './api-key.entity.js';

/** What the owner of a key keeps beside it and nobody else reads: sealed in the database, shown only when asked for. */
@Injectable()
export class SecretMeta {
  constructor(
    private readonly dataSource: DataSource,
    private readonly encryption: Encryption,
    private readonly audit: AuditLog,
  ) {}

  /** The column for what a request says: absent stays absent, null clears. */
  columnOf(keyId: string, said: object | null | undefined): Pick<Partial<ApiKey>, 'secretMeta'> {
    if (said === undefined) return {};
    return { secretMeta: said && this.encryption.seal(SEALED_COLUMNS.secretMeta, keyId, JSON.stringify(said)) };
  }

  /**
   * What is committed before it returns is that it was read, and by whom.
   * @throws Problem FORBIDDEN for anybody but the owner in person: an admin who may manage the key, a key of the owner.
   */
  async reveal(caller: Principal, origin: RequestOrigin, key: ApiKey): Promise<object | null> {
    if (caller.kind !== 'person' || caller.userId !== key.ownerId) {
      throw problem('FORBIDDEN', { detail: 'Only the owner of a key, signed in, reads its secret_meta.' });
    }
    const sealed = await inTransaction(this.dataSource, async (manager) => {
      await this.audit.record(manager, {
        action: 'secret_meta_revealed',
        origin,
        userId: caller.userId,
        apiKeyId: key.id,
        statusCode: 200,
      });
      return manager.findOneOrFail(ApiKey, { where: { id: key.id }, select: { id: true, secretMeta: true } });
    });
    if (!sealed.secretMeta) return null;
    return JSON.parse(this.encryption.open(SEALED_COLUMNS.secretMeta, key.id, sealed.secretMeta)) as object;
  }
}
