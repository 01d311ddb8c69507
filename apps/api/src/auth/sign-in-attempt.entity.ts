import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Failed sign-ins of one e-mail address in a row. Kept for addresses without an account too: what is counted, locked and
 * answered must not tell which addresses have one.
 */
@Entity('sign_in_attempts')
export class SignInAttempt {
  /** SHA-256 of the canonical address: fixed in size, and no list of what people typed by mistake. */
  @PrimaryColumn({ type: 'bytea', name: 'email_digest', primaryKeyConstraintName: 'sign_in_attempts_pkey' })
  emailDigest: Buffer;

  @Column({ type: 'integer' })
  failures: number;

  /** In the past: the lock is over and the next attempt counts from one. */
  @Column({ type: 'timestamptz', name: 'locked_until', nullable: true })
  lockedUntil: Date | null;

  @Index('sign_in_attempts_last_at_idx')
  @Column({ type: 'timestamptz', name: 'last_at' })
  lastAt: Date;
}
