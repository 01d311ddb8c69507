import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What is stored of a key's state; `expired` and `rotating` follow from times (see `statusOf` in the domain). */
export type ApiKeyState = 'active' | 'disabled' | 'revoked';
export type ApiKeyEnvironment = 'development' | 'staging' | 'production';

/** A key for life: its id outlives every rotation. Its secrets are rows of their own. */
@Entity('api_keys')
@Check('api_keys_state_check', `state IN ('active', 'disabled', 'revoked')`)
@Check('api_keys_environment_check', `environment IN ('development', 'staging', 'production')`)
@Check('api_keys_throttle_check', `(throttle_per_minute IS NULL) = (throttled_until IS NULL)`)
@Check('api_keys_rotation_check', `(rotate_every_days IS NULL) = (rotation_grace_hours IS NULL)`)
@Index('api_keys_owner_id_idx', ['ownerId', 'createdAt'])
@Index('api_keys_created_at_idx', ['createdAt', 'id'])
@Index('api_keys_name_idx', ['name', 'id'])
@Index('api_keys_expiry_idx', { synchronize: false })
@Index('api_keys_admin_idx', ['createdAt', 'id'], { where: `permissions && '{admin,akm:*}'` })
@Index('api_keys_address_lists_idx', ['id'], { where: `cardinality(allowed_ips) > 1` })
@Index('api_keys_expires_at_idx', ['expiresAt'], { where: `state = 'active'` })
@Index('api_keys_rotating_idx', ['id'], { where: `state = 'active' AND rotate_every_days IS NOT NULL` })
export class ApiKey {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'api_keys_pkey' })
  id: string;

  @Column({ type: 'uuid', name: 'owner_id' })
  ownerId: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text' })
  state: ApiKeyState;

  /** Counts the changes of this row: the ETag, and what decides a race between two writers. */
  @Column({ type: 'integer', default: 1 })
  version: number;

  @Column({ type: 'text' })
  environment: ApiKeyEnvironment;

  /** First part of every secret of this key, `akm` unless chosen at creation. */
  @Column({ type: 'text' })
  prefix: string;

  @Column({ type: 'text', array: true })
  permissions: string[];

  @Column({ type: 'text', array: true, name: 'allowed_services' })
  allowedServices: string[];

  /** Addresses and CIDRs in canonical form. Empty: from anywhere. */
  @Column({ type: 'text', array: true, name: 'allowed_ips' })
  allowedIps: string[];

  @Column({ type: 'text', array: true, name: 'allowed_user_agents' })
  allowedUserAgents: string[];

  /** Null follows RATE_LIMIT_PER_MINUTE; likewise the next two. */
  @Column({ type: 'integer', name: 'rate_limit_per_minute', nullable: true })
  rateLimitPerMinute: number | null;

  @Column({ type: 'integer', name: 'rate_limit_per_hour', nullable: true })
  rateLimitPerHour: number | null;

  @Column({ type: 'integer', name: 'rate_limit_per_day', nullable: true })
  rateLimitPerDay: number | null;

  /** The anomaly because of which akm disabled it by itself; null unless it is disabled, and that was so. */
  @Column({ type: 'uuid', name: 'suspended_by', nullable: true })
  suspendedBy: string | null;

  /** Until `throttledUntil` not more often, whatever its limits are; both null: it never was. */
  @Column({ type: 'integer', name: 'throttle_per_minute', nullable: true })
  throttlePerMinute: number | null;

  /** Nothing is done at its end: whoever verifies the key reads the clock. */
  @Column({ type: 'timestamptz', name: 'throttled_until', nullable: true })
  throttledUntil: Date | null;

  @Column({ type: 'timestamptz', name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** The expiry whose passing was told: each is told once, and a key that was given another is told again. */
  @Column({ type: 'timestamptz', name: 'expiry_told_for', nullable: true })
  expiryToldFor: Date | null;

  /** The caller's own name for whoever uses the key. */
  @Index('api_keys_external_id_idx')
  @Column({ type: 'text', name: 'external_id', nullable: true })
  externalId: string | null;

  @Column({ type: 'text', array: true })
  tags: string[];

  @Column({ type: 'jsonb', nullable: true })
  meta: object | null;

  /** Whether uses are counted down: then there is a row of KeyCredits. */
  @Column({ type: 'boolean', name: 'has_credits', default: false })
  hasCredits: boolean;

  /** Laid out to be found: it grants nothing, and whoever shows it is told that there is no such key. For good. */
  @Column({ type: 'boolean', name: 'is_canary', default: false })
  isCanary: boolean;

  /** From one secret to the next; null: rotated by hand only. */
  @Column({ type: 'smallint', name: 'rotate_every_days', nullable: true })
  rotateEveryDays: number | null;

  /** How long the secret before works after a rotation by itself; null exactly when that is. */
  @Column({ type: 'smallint', name: 'rotation_grace_hours', nullable: true })
  rotationGraceHours: number | null;

  /** Sealed. Loaded only by whoever asks for it by name. */
  @Column({ type: 'bytea', name: 'secret_meta', nullable: true, select: false })
  secretMeta?: Buffer | null;

  /** What a search looks at: the name and the external id, in lower case. Written by a trigger. */
  @Column({ type: 'text', name: 'found_by', select: false, insert: false, update: false })
  foundBy?: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt: Date | null;
}
