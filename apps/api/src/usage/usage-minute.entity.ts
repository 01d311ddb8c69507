import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { VerdictCode } from '#domain';

/** How long uses are counted by the minute: as far back as they can be asked for by the minute, and some. */
export const MINUTES_KEPT_MS = 48 * 3_600_000;

/** As UsageHour, by the minute, and kept for two days only: of a key that is rarely used, it is as long as the events. */
@Entity('usage_minutes')
@Index('usage_minutes_minute_idx', { synchronize: false })
export class UsageMinute {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'usage_minutes_pkey' })
  keyId: string;

  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'usage_minutes_pkey' })
  minute: Date;

  @PrimaryColumn({ type: 'uuid', name: 'secret_id', primaryKeyConstraintName: 'usage_minutes_pkey' })
  secretId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_minutes_pkey' })
  outcome: VerdictCode;

  @Column({ type: 'bigint' })
  uses: string;

  @Column({ type: 'bigint', name: 'latency_us_sum' })
  latencyUsSum: string;

  @Column({ type: 'integer', name: 'latency_us_max' })
  latencyUsMax: number;
}
