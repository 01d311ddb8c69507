import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One line of the audit log. Rows are added, never changed, but for their place in the tree and a person taken out. */
@Entity('audit_log')
@Index('audit_log_timestamp_idx', ['timestamp', 'id'])
@Index('audit_log_api_key_id_idx', ['apiKeyId', 'timestamp'])
@Index('audit_log_user_id_idx', ['userId', 'timestamp'])
@Index('audit_log_leaf_idx', ['leaf'])
@Index('audit_log_action_idx', ['action', 'timestamp'])
@Index('audit_log_status_code_idx', ['statusCode', 'timestamp'])
@Index('audit_log_ip_address_idx', ['ipAddress', 'timestamp'])
export class AuditEntry {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'audit_log_pkey' })
  id: string;

  @Column({ type: 'timestamptz' })
  timestamp: Date;

  @Column({ type: 'text' })
  action: string;

  @Column({ type: 'uuid', name: 'api_key_id', nullable: true })
  apiKeyId: string | null;

  /** Who did it; for uses of a key, its owner. */
  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId: string | null;

  @Column({ type: 'text', nullable: true })
  endpoint: string | null;

  @Column({ type: 'text', nullable: true })
  method: string | null;

  @Column({ type: 'text', name: 'ip_address', nullable: true })
  ipAddress: string | null;

  @Column({ type: 'text', name: 'user_agent', nullable: true })
  userAgent: string | null;

  @Column({ type: 'text', name: 'request_id', nullable: true })
  requestId: string | null;

  @Column({ type: 'smallint', name: 'status_code', nullable: true })
  statusCode: number | null;

  @Column({ type: 'real', name: 'response_time_ms', nullable: true })
  responseTimeMs: number | null;

  @Column({ type: 'text', name: 'error_message', nullable: true })
  errorMessage: string | null;

  @Column({ type: 'jsonb', nullable: true })
  metadata: object | null;

  /** Its place in the log, from 0; null for the moment until it gets one. */
  @Column({ type: 'bigint', nullable: true })
  leaf: string | null;

  /** Hides what its leaf says of a person. */
  @Column({ type: 'bytea', nullable: true })
  salt: Buffer | null;

  /** Stands for what was said of a person who was taken out, salt and all. */
  @Column({ type: 'bytea', nullable: true })
  commitment: Buffer | null;
}
