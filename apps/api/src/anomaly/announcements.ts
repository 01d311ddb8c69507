import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit-log.js';
import { EventOutbox } from '../events/event-outbox.js';
import { Anomaly } from './anomaly.entity.js';
import type { AnomalyBook } from './anomaly-book.js';
import { Responses } from './responses/responses.js';

/** Writes what was found, does about it what is switched on, and tells of both: the log, and whoever has asked to be told. */
@Injectable()
export class Announcements {
  constructor(
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
    private readonly responses: Responses,
  ) {}

  async write(manager: EntityManager, book: AnomalyBook): Promise<void> {
    const written = [...book.written];
    if (written.length > 0) await manager.upsert(Anomaly, written, ['id']);
    for (const [row, alert] of book.worthTelling) {
      await this.responses.answer(manager, row, alert);
      await this.tell(manager, row);
    }
  }

  private async tell(
    manager: EntityManager,
    { id, keyId, ownerId, type, severity, description, actionTaken }: Anomaly,
  ): Promise<void> {
    const found = { anomaly_id: id, anomaly_type: type, severity, description, action_taken: actionTaken };
    await this.audit.record(manager, {
      action: 'anomaly_detected',
      origin: null,
      userId: ownerId,
      apiKeyId: keyId,
      metadata: found,
    });
    await this.events.emit(manager, { type: 'anomaly.detected', ownerId, data: { ...found, api_key_id: keyId } });
  }
}
