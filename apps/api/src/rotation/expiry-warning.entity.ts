import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A warning that was given. Its key is what makes each one happen once, over restarts and instances. */
@Entity('expiry_warnings')
export class ExpiryWarning {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'expiry_warnings_pkey' })
  keyId: string;

  /** The expiry it was about: a key that is given another is warned again. */
  @PrimaryColumn({ type: 'timestamptz', name: 'expires_at', primaryKeyConstraintName: 'expiry_warnings_pkey' })
  expiresAt: Date;

  @PrimaryColumn({ type: 'integer', name: 'days_before', primaryKeyConstraintName: 'expiry_warnings_pkey' })
  daysBefore: number;

  @Column({ type: 'timestamptz', name: 'warned_at' })
  warnedAt: Date;
}
