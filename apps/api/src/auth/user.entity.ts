import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../access/role.js';

@Entity('users')
@Check('users_role_check', `role IN ('readonly', 'developer', 'admin')`)
export class User {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'users_pkey' })
  id: string;

  /** As the person typed it, trimmed: for display and mail. */
  @Column({ type: 'text' })
  email: string;

  /** What makes two spellings the same identity: compared and unique. */
  @Index('users_email_canonical_key', { unique: true })
  @Column({ type: 'text', name: 'email_canonical' })
  emailCanonical: string;

  @Column({ type: 'text' })
  username: string;

  @Index('users_username_canonical_key', { unique: true })
  @Column({ type: 'text', name: 'username_canonical' })
  usernameCanonical: string;

  /** Argon2id in PHC string format. */
  @Column({ type: 'text', name: 'password_hash' })
  passwordHash: string;

  /** True for a password akm made up: it signs in once, and then only serves to choose another. */
  @Column({ type: 'boolean', name: 'password_is_one_time', default: false })
  passwordIsOneTime: boolean;

  /** When a one-time password signed in; null while it is unused. */
  @Column({ type: 'timestamptz', name: 'one_time_password_used_at', nullable: true })
  oneTimePasswordUsedAt: Date | null;

  @Column({ type: 'text' })
  role: Role;

  @Column({ type: 'boolean', name: 'is_active', default: true })
  isActive: boolean;

  @Column({ type: 'boolean', name: 'is_verified', default: false })
  isVerified: boolean;

  @Column({ type: 'timestamptz', name: 'last_login_at', nullable: true })
  lastLoginAt: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}
