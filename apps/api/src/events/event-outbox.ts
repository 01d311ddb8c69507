import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { type EventDraft, subjectOf } from './event-type.js';
import { OutgoingEvent } from './outgoing-event.entity.js';

/**
 * Where events start: a row beside the change they tell of. A change that is rolled back tells nobody, and one that
 * is committed will be told, whatever happens to this process afterwards.
 */
@Injectable()
export class EventOutbox {
  constructor(private readonly clock: Clock) {}

  /** @throws {Error} outside a transaction: the event could be told without its change, or the change without it. */
  async emit(manager: EntityManager, event: EventDraft): Promise<void> {
    if (!manager.queryRunner?.isTransactionActive)
      throw new Error('An event is emitted in the transaction of its change');
    await manager.insert(OutgoingEvent, {
      id: uuidv7(),
      type: event.type,
      ownerId: event.ownerId,
      subjectId: subjectOf(event),
      data: event.data,
      occurredAt: new Date(this.clock.now()),
      dispatchedAt: null,
    });
  }
}
