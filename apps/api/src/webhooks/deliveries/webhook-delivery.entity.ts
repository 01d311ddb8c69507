import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';

export const DELIVERY_STATES = ['pending', 'delivered', 'dead_lettered'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One event on its way to one endpoint. */
@Entity('webhook_deliveries')
@Check('webhook_deliveries_state_check', `state IN ('pending', 'delivered', 'dead_lettered')`)
@Unique('webhook_deliveries_endpoint_id_event_id_key', ['endpointId', 'eventId'])
@Index('webhook_deliveries_endpoint_id_idx', ['endpointId', 'createdAt', 'id'])
@Index('webhook_deliveries_event_id_idx', ['eventId'])
@Index('webhook_deliveries_due_idx', ['endpointId', 'nextAttemptAt'], { where: `state = 'pending'` })
@Index('webhook_deliveries_subject_idx', ['endpointId', 'subjectId', 'position'], { where: `state = 'pending'` })
export class WebhookDelivery {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  id: string;

  @ForeignKey(() => WebhookEndpoint, { name: 'webhook_deliveries_endpoint_id_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'endpoint_id' })
  endpointId: string;

  @Column({ type: 'uuid', name: 'event_id' })
  eventId: string;

  @Column({ type: 'text', name: 'event_type' })
  eventType: string;

  /** What the event is about: deliveries of one subject to one endpoint wait for each other, by `position`. */
  @Column({ type: 'uuid', name: 'subject_id', nullable: true })
  subjectId: string | null;

  @Column({ type: 'bigint' })
  position: string;

  @Column({ type: 'text' })
  state: DeliveryState;

  /** Since it was laid out or replayed. Counted when an attempt begins: one that kills the process counts too. */
  @Column({ type: 'integer', default: 0 })
  attempts: number;

  /** While an attempt is under way: when it counts as lost, and another may begin. */
  @Column({ type: 'timestamptz', name: 'next_attempt_at' })
  nextAttemptAt: Date;

  /** Names the attempt under way. Only its holder may write down how it ended. */
  @Column({ type: 'uuid', name: 'lease_id', nullable: true })
  leaseId: string | null;

  /** An attempt that fails then or later is the last. */
  @Column({ type: 'timestamptz', name: 'give_up_at' })
  giveUpAt: Date;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'last_attempt_at', nullable: true })
  lastAttemptAt: Date | null;

  /** HTTP status of the last answer; null when there was none. */
  @Column({ type: 'smallint', name: 'response_status', nullable: true })
  responseStatus: number | null;

  /** Why the last attempt got no answer. */
  @Column({ type: 'text', nullable: true })
  failure: string | null;

  @Column({ type: 'timestamptz', name: 'settled_at', nullable: true })
  settledAt: Date | null;
}
