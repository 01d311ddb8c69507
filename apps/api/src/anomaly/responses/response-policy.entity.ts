import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { Reaction, ResponseMode } from '#domain';

/** What is done about alerts besides telling of them. There is one row. */
@Entity('anomaly_response_policy')
@Check('anomaly_response_policy_mode_check', `mode IN ('off', 'dry_run', 'act')`)
export class ResponsePolicyRow {
  @PrimaryColumn({ type: 'smallint', primaryKeyConstraintName: 'anomaly_response_policy_pkey' })
  id: number;

  @Column({ type: 'text' })
  mode: ResponseMode;

  /** Since when the mode is what it is; null: nobody has changed it. */
  @Column({ type: 'timestamptz', name: 'mode_since', nullable: true })
  modeSince: Date | null;

  @Column({ type: 'text' })
  medium: Reaction;

  @Column({ type: 'text' })
  high: Reaction;

  @Column({ type: 'text' })
  critical: Reaction;

  @Column({ type: 'boolean', name: 'suspends_last_key' })
  suspendsLastKey: boolean;

  /** When the circuit breaker began to hold back responses last. */
  @Column({ type: 'timestamptz', name: 'tripped_at', nullable: true })
  trippedAt: Date | null;
}
