import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import { type JobResult, workThrough } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { LogRetirement } from '../log-tree/log-retirement.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Lets go of changes whose retention has ended, if there is one: a day in UTC at a time, once all of it is so old. */
@Injectable()
export class AuditRetentionJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly retirement: LogRetirement,
  ) {}

  onModuleInit(): void {
    const { changesKeptMs: keptMs } = this.config.log;
    if (keptMs === null) return;
    this.jobs.add({ name: 'audit_retention', everyMs: HOUR_MS, run: (now) => this.run(now - keptMs) });
  }

  private run(before: number): Promise<JobResult> {
    const end = new Date(Math.floor(before / DAY_MS) * DAY_MS);
    return workThrough<{ day: Date }>({
      read: (limit, except) => this.dataSource.query(ENDED, [end, except, limit]),
      idOf: ({ day }) => day.toISOString(),
      nameOf: ({ day }) => `the changes of ${day.toISOString().slice(0, 10)}`,
      settle: async ({ day }) => {
        const next = new Date(day.getTime() + DAY_MS);
        await inTransaction(this.dataSource, (manager) => this.retirement.delete(manager, DELETE, [day, next]));
        return true;
      },
    });
  }
}

/** $1 the end, $2 without which days, $3 how many. What has no place in the log yet waits for it. */
const ENDED = `
  SELECT DISTINCT date_trunc('day', timestamp, 'UTC') AS day FROM audit_log
  WHERE timestamp < $1 AND leaf IS NOT NULL AND date_trunc('day', timestamp, 'UTC') <> ALL ($2::timestamptz[])
  ORDER BY day LIMIT $3`;

/** $1 the day, $2 the next. */
const DELETE = `DELETE FROM audit_log WHERE timestamp >= $1 AND timestamp < $2 AND leaf IS NOT NULL RETURNING leaf`;
