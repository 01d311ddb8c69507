import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

/** What an endpoint's messages are signed with. The current one has no `retiredAt`; the database allows one such row. */
@Entity('webhook_secrets')
@Index('webhook_secrets_endpoint_id_idx', ['endpointId'])
@Index('webhook_secrets_current_key', ['endpointId'], { unique: true, where: 'retired_at IS NULL' })
export class WebhookSecret {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'webhook_secrets_pkey' })
  id: string;

  @ForeignKey(() => WebhookEndpoint, { name: 'webhook_secrets_endpoint_id_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'endpoint_id' })
  endpointId: string;

  /** Signing needs the secret itself, hence sealed and not digested. */
  @Column({ type: 'bytea' })
  sealed: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  /** Until when it signs beside its successor. */
  @Column({ type: 'timestamptz', name: 'retired_at', nullable: true })
  retiredAt: Date | null;
}
