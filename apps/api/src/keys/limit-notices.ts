import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import { EventOutbox } from '../events/event-outbox.js';
import { workThrough, type JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { ApiKeyStore } from './api-key-store.js';
import { keyPayload } from './key-payload.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const TOLD_FOR_MS = 60 * MINUTE_MS;

/** How far back refusals are looked for: farther than uses ever take to the database while it is there. */
const HORIZON_MS = 10 * MINUTE_MS;

/**
 * Tells of keys that are used more often than their limits allow, once an hour each. It reads the recorded uses, so that
 * a flood of refusals costs the verification of keys nothing.
 */
@Injectable()
export class LimitNotices implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly keys: ApiKeyStore,
    private readonly events: EventOutbox,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'tell_of_limits', everyMs: 15 * SECOND_MS, run: (now) => this.tellAll(now) });
  }

  private tellAll(now: number): Promise<JobResult> {
    return workThrough<Refusal>({
      read: (limit, except) => this.dataSource.query(DUE, [new Date(now - HORIZON_MS), limit, except]),
      idOf: ({ key_id: id }) => id,
      nameOf: ({ key_id: id }) => `key ${id}`,
      settle: (refusal) => this.tell(refusal),
    });
  }

  private tell({ key_id: id, refused_at: refusedAt }: Refusal): Promise<boolean> {
    const { ratePerMinute, ratePerHour, ratePerDay } = this.config.keys;
    return inTransaction(this.dataSource, async (manager) => {
      const until = new Date(refusedAt.getTime() + TOLD_FOR_MS);
      const noted = await manager.query<unknown[]>(NOTE, [id, refusedAt, until]);
      if (noted.length === 0) return false;
      const record = await this.keys.findIn(manager, id);
      const { key } = record;
      await this.events.emit(manager, {
        type: 'rate_limit.exceeded',
        ownerId: key.ownerId,
        data: {
          ...keyPayload(record),
          refused_at: refusedAt,
          rate_limit_per_minute: key.rateLimitPerMinute ?? ratePerMinute,
          rate_limit_per_hour: key.rateLimitPerHour ?? ratePerHour,
          rate_limit_per_day: key.rateLimitPerDay ?? ratePerDay,
        },
      });
      return true;
    });
  }
}

interface Refusal {
  readonly key_id: string;
  /** The first that nobody was told of. */
  readonly refused_at: Date;
}

/** $1 the horizon, $2 how many keys, $3 without which. */
const DUE = `
  SELECT use.key_id, min(use.timestamp) AS refused_at
  FROM usage_events AS use LEFT JOIN limit_notices AS notice ON notice.key_id = use.key_id
  WHERE use.outcome = 'RATE_LIMITED' AND use.timestamp > $1 AND use.key_id IS NOT NULL
    AND use.key_id <> ALL ($3::uuid[])
    AND (notice.told_until IS NULL OR use.timestamp >= notice.told_until)
  GROUP BY use.key_id ORDER BY refused_at LIMIT $2`;

/** $1 the key, $2 the refusal, $3 until when this covers others. Answers no row when another instance was faster. */
const NOTE = `
  INSERT INTO limit_notices AS notice (key_id, told_until) VALUES ($1, $3)
  ON CONFLICT (key_id) DO UPDATE SET told_until = $3 WHERE notice.told_until <= $2
  RETURNING key_id`;
