import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { VerdictCode } from '#domain';

/**
 * How often one secret came to one outcome within one hour of UTC. Written with the events it counts, and kept when
 * their retention ends. Attempts for which no key or no secret was found are counted under NOBODY.
 */
@Entity('usage_hours')
@Index('usage_hours_hour_idx', { synchronize: false })
export class UsageHour {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'usage_hours_pkey' })
  keyId: string;

  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'usage_hours_pkey' })
  hour: Date;

  @PrimaryColumn({ type: 'uuid', name: 'secret_id', primaryKeyConstraintName: 'usage_hours_pkey' })
  secretId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_hours_pkey' })
  outcome: VerdictCode;

  @Column({ type: 'bigint' })
  uses: string;

  @Column({ type: 'bigint', name: 'latency_us_sum' })
  latencyUsSum: string;

  @Column({ type: 'integer', name: 'latency_us_max' })
  latencyUsMax: number;
}
