import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type EntitySubscriberInterface, type QueryRunner } from 'typeorm';
import type { TransactionCommitEvent } from 'typeorm/subscriber/event/TransactionCommitEvent.js';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { type EventDraft, subjectOf } from './event-type.js';
import { OutgoingEvent } from './outgoing-event.entity.js';

/**
 * Where events start: a row beside the change they tell of. A change that is rolled back tells nobody, and one that
 * is committed will be told, whatever happens to this process afterwards.
 */
@Injectable()
export class EventOutbox implements EntitySubscriberInterface {
  private readonly emitting = new WeakSet<QueryRunner>();
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    dataSource: DataSource,
  ) {
    dataSource.subscribers.push(this);
  }

  /** @throws {Error} outside a transaction: the event could be told without its change, or the change without it. */
  async emit(manager: EntityManager, ...events: readonly EventDraft[]): Promise<void> {
    if (!manager.queryRunner?.isTransactionActive)
      throw new Error('An event is emitted in the transaction of its change');
    const occurredAt = new Date(this.clock.now());
    const rows = events.map((event) => ({
      id: uuidv7(),
      type: event.type,
      ownerId: event.ownerId,
      subjectId: subjectOf(event),
      data: event.data,
      occurredAt,
      dispatchedAt: null,
    }));
    await manager.insert(OutgoingEvent, rows);
    this.emitting.add(manager.queryRunner);
  }

  /**
   * Calls back after each commit of a transaction of this process that emitted something: a hint to look now. Commits of
   * other processes, and of this one when it ends right after, are found by looking from time to time.
   */
  onCommitted(listener: () => void): void {
    // In the context of whoever listens: that of the transaction would lend it a connection that is not its own.
    this.listeners.push(AsyncResource.bind(listener));
  }

  /** Another thread of this process has committed a transaction that emitted something. */
  committed(): void {
    for (const listener of this.listeners) listener();
  }

  /** Called by TypeORM, also when a savepoint is released: then the transaction is still active. */
  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    if (queryRunner.isTransactionActive || !this.emitting.delete(queryRunner)) return;
    this.committed();
  }
}
