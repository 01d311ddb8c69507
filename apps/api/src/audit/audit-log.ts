import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { KeptAddresses } from '../http/kept-addresses.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { AuditEntry } from './audit-entry.entity.js';
import type { AuditAction } from './audit-action.js';

export interface AuditRecord {
  readonly action: AuditAction;
  readonly origin: RequestOrigin | null;
  readonly userId?: string | null;
  readonly apiKeyId?: string | null;
  /** The status the request will be answered with. */
  readonly statusCode?: number;
  readonly errorMessage?: string;
  /** Before and after, reasons. Never a secret. */
  readonly metadata?: Record<string, unknown>;
}

/** Adds to the audit log inside the transaction of the change it tells of: neither exists without the other. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly clock: Clock,
    private readonly addresses: KeptAddresses,
  ) {}

  async record(manager: EntityManager, ...records: readonly AuditRecord[]): Promise<void> {
    await manager.insert(
      AuditEntry,
      records.map((record) => this.#entryOf(record)),
    );
  }

  #entryOf({ origin, ...record }: AuditRecord) {
    return {
      id: uuidv7(),
      timestamp: new Date(this.clock.now()),
      action: record.action,
      apiKeyId: record.apiKeyId ?? null,
      userId: record.userId ?? null,
      endpoint: origin?.endpoint ?? null,
      method: origin?.method ?? null,
      ipAddress: this.addresses.keep(origin?.ip ?? null),
      userAgent: origin?.userAgent ?? null,
      requestId: origin?.requestId ?? null,
      statusCode: record.statusCode ?? null,
      responseTimeMs: null,
      errorMessage: record.errorMessage ?? null,
      metadata: record.metadata ?? null,
    };
  }
}
