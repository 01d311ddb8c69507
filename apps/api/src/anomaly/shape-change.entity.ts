import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Evidence } from '#domain';

/** A key changed the shape of its requests. Kept for the hour in which others may have changed theirs. */
@Entity('shape_changes')
@Index('shape_changes_at_idx', ['at'])
export class ShapeChange {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'shape_changes_pkey' })
  keyId: string;

  /** The five minutes. */
  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'shape_changes_pkey' })
  at: Date;

  @Column({ type: 'jsonb' })
  evidence: Evidence;

  /** Whether it was alerted, or muted: that waits until all keys were looked at for the same five minutes. */
  @Column({ type: 'boolean', name: 'is_settled', default: false })
  isSettled: boolean;
}
