import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { VerdictCode } from '#domain';

/**
 * How many uses of somebody's keys came to one outcome within one hour of UTC, and under NOBODY how many of everybody's,
 * those without a key too. Written with the events it counts.
 */
@Entity('usage_outcomes')
export class UsageOutcome {
  @PrimaryColumn({ type: 'uuid', name: 'owner_id', primaryKeyConstraintName: 'usage_outcomes_pkey' })
  ownerId: string;

  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'usage_outcomes_pkey' })
  hour: Date;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_outcomes_pkey' })
  outcome: VerdictCode;

  @Column({ type: 'bigint' })
  uses: string;
}
