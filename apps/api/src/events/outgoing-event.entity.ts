import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

/** Something that happened and that the outside is to be told of: written with the change itself, sent later. */
@Entity('outgoing_events')
@Index('outgoing_events_waiting_idx', ['position'], { where: 'dispatched_at IS NULL' })
export class OutgoingEvent {
  /** The id of the message: the same at every attempt and every receiver, so that a receiver knows it has seen it. */
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'outgoing_events_pkey' })
  id: string;

  /**
   * Order within one subject. Taken while the changed row is locked, so that it follows the order of the commits; the
   * ids, made by clocks of several machines, do not.
   */
  @Generated('increment')
  @Column({ type: 'bigint' })
  position: string;

  @Column({ type: 'text' })
  type: string;

  @Column({ type: 'uuid', name: 'owner_id', nullable: true })
  ownerId: string | null;

  /** The key or the person it is about. */
  @Column({ type: 'uuid', name: 'subject_id', nullable: true })
  subjectId: string | null;

  /** `json` and not `jsonb`: it leaves with its members in the order in which they were written. */
  @Column({ type: 'json' })
  data: object;

  @Column({ type: 'timestamptz', name: 'occurred_at' })
  occurredAt: Date;

  /** When it was laid out for its receivers; null: not yet. */
  @Column({ type: 'timestamptz', name: 'dispatched_at', nullable: true })
  dispatchedAt: Date | null;
}
