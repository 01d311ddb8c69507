import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Evidence, Severity } from '#domain';
import type { AnomalyType } from './anomaly-type.js';

/** What was found about a key, or about nobody's, and what became of it. */
@Entity('anomalies')
@Index('anomalies_created_at_idx', ['createdAt', 'id'])
@Index('anomalies_owner_id_idx', ['ownerId', 'createdAt', 'id'])
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
  actionTaken: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  /** When somebody said that there is nothing left to do about it. */
  @Column({ type: 'timestamptz', name: 'resolved_at', nullable: true })
  resolvedAt: Date | null;

  /** Whether somebody said that it was misuse. */
  @Column({ type: 'boolean', name: 'is_confirmed', default: false })
  isConfirmed: boolean;
}
