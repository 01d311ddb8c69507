import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { KEPT_MS } from './feed-reader.js';

const EVERY_MS = 600_000;

/** Forgets changes that every instance has read, or will not read any more: who was away for so long starts afresh. */
@Injectable()
export class PruneChangeFeedJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'prune_change_feed', everyMs: EVERY_MS, run: () => this.prune() });
  }

  /** By the clock of the database, as is everything about the feed. */
  private async prune(): Promise<JobResult> {
    const [, items] = await this.dataSource.query<[unknown, number]>(PRUNE_SQL, [KEPT_MS / 1000]);
    return { items, failures: [] };
  }
}

/** $1 seconds. */
const PRUNE_SQL = `DELETE FROM change_feed WHERE changed_at < clock_timestamp() - $1 * interval '1 second'`;
