import { Injectable } from '@nestjs/common';
import { DataSource, In, Not } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../../access/principal.js';
import { AuditLog } from '../../audit/audit-log.js';
import { inTransaction } from '../../database/transaction.js';
import { OutgoingEvent } from '../../events/outgoing-event.entity.js';
import { stretchOf } from '../../http/page.dto.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryQueue } from './delivery-queue.js';
import { newDelivery, TRIED_FOR_MS } from './new-delivery.js';
import type { ListDeliveriesDto } from './webhook-delivery.dto.js';
import { type DeliveryState, WebhookDelivery } from './webhook-delivery.entity.js';
import { type EndpointRequest, WebhookEndpoints } from '../endpoints/webhook-endpoints.js';

/** A delivery with what it delivers. */
export interface DeliveryRecord {
  readonly delivery: WebhookDelivery;
  readonly event: OutgoingEvent;
}

/** What was sent to an endpoint, is being sent, and could not be. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly endpoints: WebhookEndpoints,
    private readonly queue: DeliveryQueue,
    private readonly attempt: DeliveryAttempt,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** One page, newest first, and how many there are. */
  async list(caller: Principal, endpointId: string, query: ListDeliveriesDto): Promise<[DeliveryRecord[], number]> {
    await this.endpoints.get(caller, endpointId);
    const [deliveries, total] = await this.dataSource.manager.findAndCount(WebhookDelivery, {
      where: { endpointId, ...(query.status && { state: query.status }) },
      order: { createdAt: 'DESC', id: 'DESC' },
      ...stretchOf(query),
    });
    return [await this.complete(deliveries), total];
  }

  /**
   * Has a delivery that is over made once more, for another day if need be. It keeps its id, by which a receiver that
   * has seen it knows it again, and does not wait for its turn among later events.
   * @throws Problem NOT_FOUND, or CONFLICT while it is still being tried.
   */
  async replay({ caller, origin, id: endpointId }: EndpointRequest, id: string): Promise<DeliveryRecord> {
    await this.endpoints.get(caller, endpointId);
    const now = this.clock.now();
    await inTransaction(this.dataSource, async (manager) => {
      const { affected } = await manager.update(
        WebhookDelivery,
        { id, endpointId, state: Not<DeliveryState>('pending') },
        {
          state: 'pending',
          attempts: 0,
          nextAttemptAt: new Date(now),
          giveUpAt: new Date(now + TRIED_FOR_MS),
          settledAt: null,
        },
      );
      if (affected !== 1) {
        if (!(await manager.existsBy(WebhookDelivery, { id, endpointId }))) throw problem('NOT_FOUND');
        throw problem('CONFLICT', { detail: 'This delivery is still being tried.' });
      }
      const metadata = { endpoint_id: endpointId, delivery_id: id };
      await this.audit.record(manager, {
        action: 'webhook_replayed',
        origin,
        userId: caller.userId,
        statusCode: 200,
        metadata,
      });
    });
    return this.get(id);
  }

  /** Sends a ping now, once, and answers how it went. */
  async ping({ caller, id: endpointId }: EndpointRequest): Promise<DeliveryRecord> {
    const { ownerId } = await this.endpoints.get(caller, endpointId);
    const now = new Date(this.clock.now());
    const id = uuidv7();
    await inTransaction(this.dataSource, async (manager) => {
      const event = { id: uuidv7(), type: 'webhook.ping', ownerId, subjectId: null, data: { endpoint_id: endpointId } };
      const sent = { ...event, position: '0', occurredAt: now, dispatchedAt: now };
      await manager.insert(OutgoingEvent, sent);
      // Not due yet: it is to be claimed here, and by others only if this process ends first.
      const later = { nextAttemptAt: new Date(now.getTime() + this.queue.leaseMs), giveUpAt: now };
      await manager.insert(WebhookDelivery, { ...newDelivery(id, endpointId, sent, now.getTime()), ...later });
    });
    const claimed = await this.queue.claimOne(id);
    if (claimed) await this.attempt.make(claimed);
    return this.get(id);
  }

  private async get(id: string): Promise<DeliveryRecord> {
    const delivery = await this.dataSource.manager.findOneBy(WebhookDelivery, { id });
    const [record] = await this.complete(delivery ? [delivery] : []);
    // The endpoint was deleted in between.
    if (!record) throw problem('NOT_FOUND');
    return record;
  }

  private async complete(deliveries: readonly WebhookDelivery[]): Promise<DeliveryRecord[]> {
    const ids = deliveries.map(({ eventId }) => eventId);
    const events = await this.dataSource.manager.findBy(OutgoingEvent, { id: In(ids) });
    return deliveries.flatMap((delivery) => {
      const event = events.find(({ id }) => id === delivery.eventId);
      return event ? [{ delivery, event }] : [];
    });
  }
}
