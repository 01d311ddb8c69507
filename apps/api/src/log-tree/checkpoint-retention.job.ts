import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../jobs/jobs.js';

const HOUR_MS = 3_600_000;
const KEPT_MS = 48 * HOUR_MS;

/** Of the checkpoints of a day that is long over the last one stays: it vouches for all that was before it. */
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
    const [, items] = await this.dataSource.query<[unknown, number]>(FORGET, [new Date(now - KEPT_MS)]);
    return { items, failures: [] };
  }
}

const FORGET = `
  DELETE FROM audit_checkpoints AS old WHERE signed_at < $1 AND EXISTS (
    SELECT FROM audit_checkpoints AS later WHERE later.size > old.size
    AND date_trunc('day', later.signed_at, 'UTC') = date_trunc('day', old.signed_at, 'UTC'))`;
