import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { VerdictCode } from '#domain';

/**
 * One use of a key, or an attempt at one.
 *
 * Not a row of the audit log: uses outnumber changes a thousandfold and leave by whole days when their retention
 * ends, while changes stay. `/logs` reads both as one (audit/log-sources.ts). The table is partitioned by the day in UTC,
 * see usage-days.ts; the primary key starts with the time for that, and is the order in which the log is read.
 */
@Entity('usage_events')
@Index('usage_events_key_id_idx', ['keyId', 'timestamp'])
@Index('usage_events_owner_id_idx', ['ownerId', 'timestamp'])
@Index('usage_events_leaf_idx', ['leaf'])
@Index('usage_events_ip_address_idx', ['ipAddress', 'timestamp'])
// With the key in it, which decorators cannot say.
@Index('usage_events_refused_idx', { synchronize: false })
export class StoredUsageEvent {
  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'usage_events_pkey' })
  timestamp: Date;

  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'usage_events_pkey' })
  id: string;

  @Column({ type: 'uuid', name: 'key_id', nullable: true })
  keyId: string | null;

  @Column({ type: 'uuid', name: 'secret_id', nullable: true })
  secretId: string | null;

  @Column({ type: 'uuid', name: 'owner_id', nullable: true })
  ownerId: string | null;

  @Column({ type: 'text' })
  outcome: VerdictCode;

  @Column({ type: 'integer', name: 'latency_us' })
  latencyUs: number;

  @Column({ type: 'text', name: 'request_id' })
  requestId: string;

  @Column({ type: 'text', name: 'ip_address', nullable: true })
  ipAddress: string | null;

  @Column({ type: 'text', name: 'user_agent', nullable: true })
  userAgent: string | null;

  @Column({ type: 'text' })
  method: string;

  @Column({ type: 'text' })
  endpoint: string;

  @Column({ type: 'bigint', nullable: true })
  leaf: string | null;

  @Column({ type: 'bytea', nullable: true })
  salt: Buffer | null;

  @Column({ type: 'bytea', nullable: true })
  commitment: Buffer | null;
}
