import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a person was taken out. The row stays, as their id does: whatever of them turns up later is found by it. */
@Entity('erasures')
export class Erasure {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'erasures_pkey' })
  userId: string;

  @Column({ type: 'timestamptz', name: 'requested_at' })
  requestedAt: Date;

  /** How many rows a person was taken out of since then. */
  @Column({ type: 'bigint', default: 0 })
  redacted: string;

  /** When the last pass through everything began that came to its end. */
  @Column({ type: 'timestamptz', name: 'swept_at', nullable: true })
  sweptAt: Date | null;

  /** When the first pass began that cannot have missed anything which was still on its way. */
  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
