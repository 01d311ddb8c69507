import { setTimeout } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import type { JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { CLEAR_CHUNK, FORGET_BITMAPS, FORGET_CHUNKS, NEXT_CHUNK, STORE_CHUNK } from './use-chunks.sql.js';

const EVERY_MS = 15_000;
/** The other jobs wait meanwhile: what is left then is made in the next runs. */
const RUN_MS = 2_000;
const DAY_MS = 86_400_000;

/**
 * Makes bitmaps of the newest uses, a chunk at a time once it is full, and lets go of those whose uses are retired.
 * Whoever stores uses neither waits for it nor pays for it.
 */
@Injectable()
export class UseChunksJob implements OnModuleInit, BeforeApplicationShutdown {
  #isStopping = false;

  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'log_bitmaps', everyMs: EVERY_MS, run: (now) => this.run(now) });
  }

  beforeApplicationShutdown(): void {
    this.#isStopping = true;
  }

  private async run(now: number): Promise<JobResult> {
    const keptFrom = new Date(Math.floor((now - this.config.usage.retentionMs) / DAY_MS) * DAY_MS);
    for (const statement of [...FORGET_BITMAPS, FORGET_CHUNKS]) await this.dataSource.query(statement, [keptFrom]);
    let items = 0;
    while (!this.#isStopping && this.clock.now() < now + RUN_MS) {
      const startedAt = performance.now();
      if (!(await this.storeNext())) break;
      items += 1;
      // Everybody shares the one connection, and has it as long as this job had.
      if (this.config.database.url === null) await setTimeout(performance.now() - startedAt);
    }
    return { items, failures: [] };
  }

  private storeNext(): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      // Before the uses are read: whoever takes a person out of them waits, and then takes them out of the bitmaps too.
      await manager.query('LOCK TABLE usage_bitmaps IN ROW EXCLUSIVE MODE');
      const [next] = await manager.query<{ firstLeaf: number }[]>(NEXT_CHUNK);
      if (next === undefined) return false;
      await manager.query(CLEAR_CHUNK, [next.firstLeaf]);
      await manager.query(STORE_CHUNK, [next.firstLeaf]);
      return true;
    });
  }
}
