import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Sample, shared } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';
import { Jobs } from './jobs.js';

/** What runs by itself. When a job last succeeded is the same on every instance; the counts are of this one. */
@Injectable()
export class JobMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    const lastSuccesses = shared(() => this.lastSuccesses());
    this.metrics.add(
      {
        name: 'akm_job_last_success_timestamp_seconds',
        help: 'When a run of the job, on whichever instance, last ended without a failure; 0 when none has',
        type: 'gauge',
        read: lastSuccesses,
      },
      {
        name: 'akm_job_interval_seconds',
        help: 'How often the job is to run',
        type: 'gauge',
        read: () => this.jobs.all.map(({ name, everyMs }) => ({ labels: { job: name }, value: everyMs / 1000 })),
      },
      {
        name: 'akm_job_runs_total',
        help: 'Runs of the job on this instance, by how they ended',
        type: 'counter',
        read: () =>
          this.tallied(({ runs, failedRuns }, job) => [
            { labels: { job, outcome: 'success' }, value: runs - failedRuns },
            { labels: { job, outcome: 'failure' }, value: failedRuns },
          ]),
      },
      {
        name: 'akm_job_items_total',
        help: 'Things that the job has done on this instance',
        type: 'counter',
        read: () => this.tallied(({ items }, job) => [{ labels: { job }, value: items }]),
      },
    );
  }

  private tallied(samplesOf: (tally: ReturnType<Jobs['tallyOf']>, job: string) => Sample[]): Sample[] {
    return this.jobs.all.flatMap(({ name }) => samplesOf(this.jobs.tallyOf(name), name));
  }

  private async lastSuccesses(): Promise<Sample[]> {
    const names = this.jobs.all.map(({ name }) => name);
    const rows = await this.dataSource.query<{ name: string; at: number | null }[]>(LAST_SUCCESSES, [names]);
    return rows.map(({ name, at }) => ({ labels: { job: name }, value: at ?? 0 }));
  }
}

/** $1 names. One look into the index for each: the runs of a month are many. */
const LAST_SUCCESSES = `
  SELECT job.name, (
    SELECT extract(epoch FROM run.finished_at)::float8
    FROM job_runs run
    WHERE run.name = job.name AND run.finished_at IS NOT NULL AND run.error IS NULL
    ORDER BY run.started_at DESC
    LIMIT 1
  ) AS at
  FROM unnest($1::text[]) AS job (name)`;
