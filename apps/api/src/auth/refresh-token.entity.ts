import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Session } from './session.entity.js';

/** A single-use token that continues a session. Used ones stay, so that a replay is recognised. */
@Entity('refresh_tokens')
export class RefreshToken {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'refresh_tokens_pkey' })
  id: string;

  @ForeignKey(() => Session, { name: 'refresh_tokens_session_id_fkey' })
  @Index('refresh_tokens_session_id_idx')
  @Column({ type: 'uuid', name: 'session_id' })
  sessionId: string;

  /** SHA-256 of the token; the token itself is stored nowhere. */
  @Index('refresh_tokens_digest_key', { unique: true })
  @Column({ type: 'bytea' })
  digest: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', name: 'used_at', nullable: true })
  usedAt: Date | null;
}
