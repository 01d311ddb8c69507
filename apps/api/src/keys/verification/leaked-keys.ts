import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { digestOf, displayOf, parseKey } from '#domain';
import { AuditLog } from '../../audit/audit-log.js';
import { inTransaction } from '../../database/transaction.js';
import type { LeakedKey } from '../../http/request-gate.js';
import { KeyLookup } from './key-lookup.js';

/** Puts it on record that a key of ours was sent in a URL, so that its owner knows to rotate it. */
@Injectable()
export class LeakedKeys {
  constructor(
    private readonly lookup: KeyLookup,
    private readonly audit: AuditLog,
    private readonly dataSource: DataSource,
  ) {}

  /** Keeps quiet about what is no key of ours: strangers could fill the log with it. */
  async record({ origin, key }: LeakedKey): Promise<void> {
    const known = parseKey(key) && (await this.lookup.find(digestOf(key)));
    if (known === undefined) return;
    await inTransaction(this.dataSource, (manager) =>
      this.audit.record(manager, {
        action: 'api_key_validation_failed',
        origin,
        apiKeyId: known.key.id,
        statusCode: 400,
        metadata: { reason: 'key_in_query', key_prefix: displayOf(key) },
      }),
    );
  }
}
