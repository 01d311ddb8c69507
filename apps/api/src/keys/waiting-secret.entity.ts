import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ApiKeySecret } from './api-key-secret.entity.js';

/**
 * A secret that was made while nobody was there to be shown it, and waits to be picked up. The row goes with the one
 * pick-up, with a rotation after it and with a revocation: while it is there, its secret is the current one of its key.
 */
@Entity('waiting_secrets')
@Index('waiting_secrets_key_id_key', ['keyId'], { unique: true })
@Index('waiting_secrets_token_digest_key', ['tokenDigest'], { unique: true })
export class WaitingSecret {
  /** That of the secret. */
  @ForeignKey(() => ApiKeySecret, { name: 'waiting_secrets_id_fkey' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'waiting_secrets_pkey' })
  id: string;

  @Column({ type: 'uuid', name: 'key_id' })
  keyId: string;

  /** SHA-256 of the token that picks it up. */
  @Column({ type: 'bytea', name: 'token_digest' })
  tokenDigest: Buffer;

  /** The secret and its token, sealed. */
  @Column({ type: 'bytea' })
  sealed: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  /** How many reminders its owner was given. */
  @Column({ type: 'smallint', name: 'reminders_given', default: 0 })
  remindersGiven: number;
}
