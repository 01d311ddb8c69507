import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { allowingTime } from '../database/statement-time.js';
import { JobLock } from './job-lock.js';
import { JobRun } from './job-run.entity.js';
import { failureText, type Job, type JobResult } from './job.js';

/** How long runs are remembered, but for the last one that succeeded. */
const REMEMBERED_MS = 30 * 86_400_000;
const ERROR_LENGTH_MAX = 2000;

export interface JobTally {
  readonly runs: number;
  readonly failedRuns: number;
  readonly items: number;
}

/** Every job of the product, and what became of it. Rooms add theirs; the schedule calls `runDue`. */
@Injectable()
export class Jobs {
  private readonly logger = new Logger('Jobs');
  private readonly jobs: Job[] = [];
  private readonly tallies = new Map<string, JobTally>();
  private running: Promise<void> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly lock: JobLock,
    private readonly clock: Clock,
  ) {}

  add(job: Job): void {
    if (this.jobs.some(({ name }) => name === job.name)) throw new Error(`two jobs are called ${job.name}`);
    this.jobs.push(job);
  }

  /** What became of a job on this instance since the start. */
  tallyOf(name: string): JobTally {
    return this.tallies.get(name) ?? { runs: 0, failedRuns: 0, items: 0 };
  }

  get all(): readonly Job[] {
    return this.jobs;
  }

  /**
   * Runs every job that is due and that no other instance is running, one after the other. Never rejects. Whoever calls
   * while it is under way waits for the same run.
   */
  runDue(): Promise<void> {
    this.running ??= this.runAll().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async runAll(): Promise<void> {
    for (const job of this.jobs) {
      try {
        await allowingTime(() => this.lock.whileHeld(job.name, () => this.runIfDue(job)));
      } catch (error) {
        this.logger.error(error);
      }
    }
  }

  /** The latest run of a job, finished or not. */
  lastRun(name: string): Promise<JobRun | null> {
    return this.dataSource.manager.findOne(JobRun, { where: { name }, order: { startedAt: 'DESC', id: 'DESC' } });
  }

  /** The latest run of each, finished or not, by the name of the job. What never ran is not in the answer. */
  async lastRuns(): Promise<ReadonlyMap<string, JobRun>> {
    const runs = await this.dataSource.query<JobRun[]>(LAST_RUNS, [this.all.map(({ name }) => name)]);
    return new Map(runs.map((run) => [run.name, run]));
  }

  /** Under the lock: an instance that waited for it must not repeat what was just done. */
  private async runIfDue(job: Job): Promise<void> {
    const last = await this.lastRun(job.name);
    const now = this.clock.now();
    if (last && now < last.startedAt.getTime() + job.everyMs) return;
    const { manager } = this.dataSource;
    const id = uuidv7();
    await manager.insert(JobRun, {
      id,
      name: job.name,
      startedAt: new Date(now),
      finishedAt: null,
      items: 0,
      error: null,
    });
    const { items, failures } = await this.outcomeOf(job, now);
    this.count(job.name, items, failures.length > 0);
    const error = failures.length === 0 ? null : failures.join('\n').slice(0, ERROR_LENGTH_MAX);
    if (error !== null) this.logger.error(`${job.name}: ${error}`);
    await manager.update(JobRun, { id }, { finishedAt: new Date(this.clock.now()), items, error });
    await manager.query(FORGET_SQL, [job.name, new Date(now - REMEMBERED_MS)]);
  }

  private count(name: string, items: number, hasFailed: boolean): void {
    const tally = this.tallyOf(name);
    const failedRuns = tally.failedRuns + (hasFailed ? 1 : 0);
    this.tallies.set(name, { runs: tally.runs + 1, failedRuns, items: tally.items + items });
  }

  private async outcomeOf(job: Job, now: number): Promise<JobResult> {
    try {
      return await job.run(now);
    } catch (error) {
      return { items: 0, failures: [failureText(error)] };
    }
  }
}

/** $1 name, $2 from when on runs are kept. For how long a job has failed is told from the last success, however old. */
const FORGET_SQL = `
  DELETE FROM job_runs
  WHERE name = $1 AND started_at < $2 AND finished_at IS NOT NULL AND id IS DISTINCT FROM (
    SELECT id FROM job_runs
    WHERE name = $1 AND finished_at IS NOT NULL AND error IS NULL
    ORDER BY started_at DESC
    LIMIT 1
  )`;

/** $1 the names of jobs. */
const LAST_RUNS = `
  SELECT run.id, run.name, run.started_at AS "startedAt", run.finished_at AS "finishedAt", run.items, run.error
  FROM unnest($1::text[]) AS job (name), LATERAL (
    SELECT * FROM job_runs WHERE name = job.name ORDER BY started_at DESC, id DESC LIMIT 1
  ) AS run`;
