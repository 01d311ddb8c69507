import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Thresholds } from '#domain';

/** How many false alerts are accepted, and what follows from it. There is one row. */
@Entity('anomaly_budget')
export class AnomalyBudgetRow {
  @PrimaryColumn({ type: 'smallint', primaryKeyConstraintName: 'anomaly_budget_pkey' })
  id: number;

  /** Per 100 keys and week. */
  @Column({ type: 'double precision' })
  budget: number;

  /** Since when keys are watched. */
  @Column({ type: 'timestamptz', name: 'watched_since', nullable: true })
  watchedSince: Date | null;

  /** What was learned from what keys did; null: those of the start. */
  @Column({ type: 'jsonb', nullable: true })
  thresholds: Thresholds | null;

  @Column({ type: 'timestamptz', name: 'calibrated_at', nullable: true })
  calibratedAt: Date | null;
}
