import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock, covers } from '#domain';
import { type Role, ROLE_SCOPES } from '../../access/role.js';
import { inTransaction } from '../../database/transaction.js';
import { OutgoingEvent } from '../../events/outgoing-event.entity.js';
import { newDelivery } from './new-delivery.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import type { EndpointScope } from '../endpoints/webhook-endpoint.entity.js';

/** Any number that no other part of akm locks: "lay" in ASCII. */
const LAYOUT_LOCK = 0x6c_61_79;
const EVENTS = 200;
const ROWS_OF_A_STATEMENT = 500;

/** Lays out for every endpoint what it is to be told: one delivery for each event that concerns it, and each event once. */
@Injectable()
export class EventLayout {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** @returns how many events were laid out. */
  async layOutAll(): Promise<number> {
    let total = 0;
    for (let count = EVENTS; count === EVENTS; total += count) {
      count = await inTransaction(this.dataSource, (manager) => this.layOutSome(manager));
    }
    return total;
  }

  /** One at a time: two that took turns could lay out the later of two events of a key first, and it would overtake. */
  private async layOutSome(manager: EntityManager): Promise<number> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [LAYOUT_LOCK]);
    const waiting = { dispatchedAt: IsNull() };
    const events = await manager.find(OutgoingEvent, { where: waiting, order: { position: 'ASC' }, take: EVENTS });
    if (events.length === 0) return 0;
    const receivers = await receiversFor(manager, events);
    const now = this.clock.now();
    const deliveries = events.flatMap((event) =>
      receivers.filter((receiver) => concerns(receiver, event)).map(({ id }) => newDelivery(uuidv7(), id, event, now)),
    );
    for (let start = 0; start < deliveries.length; start += ROWS_OF_A_STATEMENT) {
      await manager.insert(WebhookDelivery, deliveries.slice(start, start + ROWS_OF_A_STATEMENT));
    }
    await manager.update(OutgoingEvent, { id: In(events.map(({ id }) => id)) }, { dispatchedAt: new Date(now) });
    return events.length;
  }
}

interface Receiver {
  readonly id: string;
  readonly owner_id: string | null;
  readonly events: readonly string[];
  readonly scope: EndpointScope;
  readonly created_at: Date;
  /** Null: the server's own endpoint. */
  readonly role: Role | null;
}

/** Endpoints cannot be deleted until the deliveries are there to be deleted with them. */
function receiversFor(manager: EntityManager, events: readonly OutgoingEvent[]): Promise<Receiver[]> {
  const owners = [...new Set(events.flatMap(({ ownerId }) => ownerId ?? []))];
  return manager.query<Receiver[]>(RECEIVERS, [owners]);
}

const RECEIVERS = `
  SELECT e.id, e.owner_id, e.events, e.scope, e.created_at, u.role
  FROM webhook_endpoints e LEFT JOIN users u ON u.id = e.owner_id
  WHERE e.disabled_at IS NULL AND (e.owner_id IS NULL OR u.is_active) AND (e.scope = 'all' OR e.owner_id = ANY ($1::uuid[]))
  ORDER BY e.id
  FOR KEY SHARE OF e`;

function concerns(receiver: Receiver, event: OutgoingEvent): boolean {
  if (!receiver.events.includes(event.type) || event.occurredAt < receiver.created_at) return false;
  return (event.ownerId !== null && event.ownerId === receiver.owner_id) || seesAll(receiver);
}

/** Somebody who is no admin any more is told of their own again. */
function seesAll({ scope, owner_id, role }: Receiver): boolean {
  if (scope !== 'all') return false;
  return owner_id === null || (role !== null && covers(ROLE_SCOPES[role], 'akm:webhooks:all'));
}
