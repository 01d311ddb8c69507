import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/** One sign-in on one device. A program continues it by refresh tokens, all of one family; a browser by its cookie. */
@Entity('sessions')
export class Session {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'sessions_pkey' })
  id: string;

  @ForeignKey(() => User, { name: 'sessions_user_id_fkey' })
  @Index('sessions_user_id_idx')
  @Column({ type: 'uuid', name: 'user_id' })
  userId: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'last_used_at' })
  lastUsedAt: Date;

  /** After this moment without a refresh, or without a visit of the browser, the session is over. */
  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt: Date;

  /** Set once, never cleared: an ended session does not come back. */
  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column({ type: 'text', name: 'ip_address', nullable: true })
  ipAddress: string | null;

  @Column({ type: 'text', name: 'user_agent', nullable: true })
  userAgent: string | null;

  /** SHA-256 of the cookie of the console, which is stored nowhere; null: the session is not a browser's. */
  @Index('sessions_cookie_digest_key', { unique: true })
  @Column({ type: 'bytea', name: 'cookie_digest', nullable: true, select: false })
  cookieDigest: Buffer | null;
}
