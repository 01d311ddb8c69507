import { Column, Entity, Index, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { Evidence, Response, Severity } from '#domain';
import type { AnomalyType } from './anomaly-type.js';
import type { ActionTaken } from './responses/action-taken.js';

/** What was found about a key, or about nobody's, and what became of it. */
@Entity('anomalies')
@Index('anomalies_created_at_idx', ['createdAt', 'id'])
@Index('anomalies_owner_id_idx', ['ownerId', 'createdAt', 'id'])
@Index('anomalies_responded_at_idx', ['respondedAt'], { where: 'responded_at IS NOT NULL' })
@Index('anomalies_key_id_idx', ['keyId', 'createdAt', 'id'])
export class Anomaly {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'anomalies_pkey' })
  id: string;

  /** Null when it is about no key of ours, and then nobody but admins sees it. */
  @Column({ type: 'uuid', name: 'key_id', nullable: true })
  keyId: string | null;

  @Column({ type: 'uuid', name: 'owner_id', nullable: true })
  ownerId: string | null;

  @Column({ type: 'text' })
  type: AnomalyType;

  @Column({ type: 'text' })
  severity: Severity;

  /** In words. */
  @Column({ type: 'text' })
  description: string;

  /** Of each kind the strongest, what it was alerted for first. */
  @Column({ type: 'jsonb' })
  evidence: Evidence[];

  @Column({ type: 'text', name: 'action_taken' })
  actionTaken: ActionTaken;

  /** What was done about it besides telling of it, or would have been, or why it was not; null: nothing called for it. */
  @Column({ type: 'jsonb', nullable: true })
  response: Response | null;

  @Column({ type: 'timestamptz', name: 'responded_at', nullable: true })
  respondedAt: Date | null;

  /** When somebody took back what was done. */
  @Column({ type: 'timestamptz', name: 'undone_at', nullable: true })
  undoneAt: Date | null;

  /** Whether the key is as it was left then: nobody has enabled or revoked it since, and nothing else has throttled it. */
  @VirtualColumn({ type: 'boolean', query: isKeyAsLeft })
  isKeyAsLeft: boolean;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  /** When somebody said that there is nothing left to do about it. */
  @Column({ type: 'timestamptz', name: 'resolved_at', nullable: true })
  resolvedAt: Date | null;

  /** Whether somebody said that it was misuse. */
  @Column({ type: 'boolean', name: 'is_confirmed', default: false })
  isConfirmed: boolean;
}

function isKeyAsLeft(anomaly: string): string {
  return `SELECT EXISTS (
    SELECT FROM api_keys k WHERE k.id = ${anomaly}.key_id AND k.state <> 'revoked' AND (
      k.suspended_by = ${anomaly}.id
      OR extract(epoch FROM k.throttled_until) * 1000 = (${anomaly}.response ->> 'until')::numeric))`;
}
