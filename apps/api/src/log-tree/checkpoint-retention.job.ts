import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../jobs/jobs.js';

const HOUR_MS = 3_600_000;

/** Checkpoints older than that are thinned out to one of each unit, the last: it vouches for all that was before it. */
const THINNED = [
  { unit: 'day', afterMs: 48 * HOUR_MS },
  { unit: 'minute', afterMs: HOUR_MS },
];

/** Keeps few checkpoints, however busy the log is: 3,600 of the last hour, 2,880 of two days, and one of each day. */
@Injectable()
export class CheckpointRetentionJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'checkpoint_retention', everyMs: HOUR_MS, run: (now) => this.run(now) });
  }

  private async run(now: number): Promise<{ items: number; failures: string[] }> {
    let items = 0;
    for (const { unit, afterMs } of THINNED) {
      const [, forgotten] = await this.dataSource.query<[unknown, number]>(FORGET, [unit, new Date(now - afterMs)]);
      items += forgotten;
    }
    return { items, failures: [] };
  }
}

/** $1 the unit, $2 before when. */
const FORGET = `
  DELETE FROM audit_checkpoints WHERE size IN (
    SELECT size FROM (
      SELECT size, row_number() OVER (PARTITION BY date_trunc($1, signed_at, 'UTC') ORDER BY size DESC) AS place
      FROM audit_checkpoints WHERE signed_at < $2
    ) AS ranked WHERE place > 1)`;
