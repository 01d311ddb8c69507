import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EventType } from '../../events/event-type.js';

/** `own`: what happens to its owner and their keys. `all`: to anybody; only while its owner may see it. */
export const ENDPOINT_SCOPES = ['own', 'all'] as const;
export type EndpointScope = (typeof ENDPOINT_SCOPES)[number];

/**
 * The endpoint of WEBHOOK_URL. The same id everywhere and always: instances that start together make one, and a restart
 * makes none.
 */
export const CONFIGURED_ENDPOINT_ID = '00000000-0000-7000-8000-000000000001';

/** A URL that is told of events. */
@Entity('webhook_endpoints')
@Check('webhook_endpoints_scope_check', `scope IN ('own', 'all')`)
@Index('webhook_endpoints_owner_id_idx', ['ownerId', 'createdAt'])
export class WebhookEndpoint {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'webhook_endpoints_pkey' })
  id: string;

  /** Null: nobody's but the server's, from WEBHOOK_URL. */
  @Column({ type: 'uuid', name: 'owner_id', nullable: true })
  ownerId: string | null;

  @Column({ type: 'text' })
  url: string;

  @Column({ type: 'text', array: true })
  events: EventType[];

  @Column({ type: 'text' })
  scope: EndpointScope;

  /**
   * Whether a person chose the URL: then the tokens that pick up new secrets are sent there. A key that may change
   * endpoints could otherwise send itself secrets that are beyond its reach.
   */
  @Column({ type: 'boolean', name: 'receives_pickups', default: false })
  receivesPickups: boolean;

  /** Since when it is told nothing, because it said that it is gone; null: it is told. */
  @Column({ type: 'timestamptz', name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}
