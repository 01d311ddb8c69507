import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One run of a job. */
@Entity('job_runs')
@Index('job_runs_name_idx', ['name', 'startedAt'])
export class JobRun {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'job_runs_pkey' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'timestamptz', name: 'started_at' })
  startedAt: Date;

  /** Null while it runs, and for ever if its process ended first. */
  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column({ type: 'integer', default: 0 })
  items: number;

  /** What went wrong, for the operator; null when nothing did. */
  @Column({ type: 'text', nullable: true })
  error: string | null;
}
