import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** That a request with an idempotency key has had its effect, and for a while what it was answered. */
@Entity('kept_answers')
@Index('kept_answers_created_at_idx', ['createdAt'])
export class KeptAnswerRow {
  /** SHA-256 of who asked, where, and the idempotency key; the key itself is not stored. */
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'kept_answers_pkey' })
  request: Buffer;

  /** What the request made or changed. */
  @Column({ type: 'uuid', name: 'subject_id' })
  subjectId: string;

  /** Opens only with the idempotency key. Null: wiped. */
  @Column({ type: 'bytea', nullable: true })
  answer: Buffer | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
