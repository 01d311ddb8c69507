import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import type { JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { FORGET_CHUNKS, NEXT_CHUNK, STORE_CHUNK } from './use-chunks.sql.js';

const EVERY_MS = 15_000;
const DAY_MS = 86_400_000;

/**
 * Makes bitmaps of the newest uses, a chunk at a time once it is full, and lets go of those whose uses are retired.
 * Whoever stores uses neither waits for it nor pays for it.
 */
@Injectable()
export class UseChunksJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'log_bitmaps', everyMs: EVERY_MS, run: (now) => this.run(now) });
  }

  private async run(now: number): Promise<JobResult> {
    const keptFrom = Math.floor((now - this.config.usage.retentionMs) / DAY_MS) * DAY_MS;
    await this.dataSource.query(FORGET_CHUNKS, [new Date(keptFrom)]);
    let items = 0;
    while (await this.storeNext()) items += 1;
    return { items, failures: [] };
  }

  private storeNext(): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      // Before the uses are read: whoever takes a person out of them waits, and then takes them out of the bitmaps too.
      await manager.query('LOCK TABLE usage_bitmaps IN ROW EXCLUSIVE MODE');
      const [next] = await manager.query<{ firstLeaf: number }[]>(NEXT_CHUNK);
      if (next === undefined) return false;
      await manager.query(STORE_CHUNK, [next.firstLeaf]);
      return true;
    });
  }
}
