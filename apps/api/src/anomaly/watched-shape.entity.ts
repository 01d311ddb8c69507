import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What is remembered of the shape of a key's requests, five minutes after five minutes. Written in the transaction that
 * moves `seenUntil`: each five minutes are in it once, and in their order, whichever instance looked at them.
 */
@Entity('watched_shapes')
@Index('watched_shapes_seen_until_idx', ['seenUntil'])
export class WatchedShape {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'watched_shapes_pkey' })
  keyId: string;

  /** Where the first five minutes begin that were not looked at yet. */
  @Column({ type: 'timestamptz', name: 'seen_until' })
  seenUntil: Date;

  /** When the key was used last, to five minutes. */
  @Column({ type: 'timestamptz', name: 'used_at' })
  usedAt: Date;

  /** As the detector writes it; null: nothing yet. */
  @Column({ type: 'bytea', nullable: true })
  state: Buffer | null;
}
