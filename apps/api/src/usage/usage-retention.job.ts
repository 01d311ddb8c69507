import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { type JobResult, workThrough } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { LogRetirement } from '../log-tree/log-retirement.js';
import { MINUTES_KEPT_MS } from './usage-minute.entity.js';
import { type Day, dayOf, isoDate, partitionOf, UsageDays } from './usage-days.js';
import { UseCounting } from './use-counting.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Days made ahead, today being the first. The storing of events makes what is missing all the same. */
const DAYS_AHEAD = 4;

/** Makes the days to come and lets go of what its retention has ended for: whole days of events, and single minutes. */
@Injectable()
export class UsageRetentionJob implements OnModuleInit {
  private readonly days: UsageDays;
  private readonly counting: UseCounting;

  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly retirement: LogRetirement,
  ) {
    this.days = new UsageDays(dataSource);
    this.counting = new UseCounting(dataSource);
  }

  onModuleInit(): void {
    this.jobs.add({ name: 'usage_retention', everyMs: HOUR_MS, run: (now) => this.run(now) });
  }

  private async run(now: number): Promise<JobResult> {
    const today = dayOf(now);
    const made = await this.days.make(Array.from({ length: DAYS_AHEAD }, (_, ahead) => today + ahead * DAY_MS));
    const minutes = await this.forgetMinutes(new Date(now - MINUTES_KEPT_MS));
    await this.forgetTexts(new Date(now - this.config.usage.retentionMs));
    await this.dataSource.query(FORGET_ASKED, [isoDate(today - ASKED_KEPT_MS)]);
    const dropped = await workThrough({
      read: (limit, except) => this.ended(now - this.config.usage.retentionMs, limit, except),
      idOf: isoDate,
      nameOf: (day) => `the day ${isoDate(day)}`,
      settle: async (day) => {
        await this.counting.count('await');
        const leaving = await this.retirement.prepare(partitionOf(day));
        await this.days.drop(day, async (manager) => {
          if (await this.counting.isWaiting(manager, new Date(day), new Date(day + DAY_MS)))
            throw new Error('Late uses of the day wait to be counted');
          await this.retirement.retire(manager, leaving);
        });
        return true;
      },
    });
    return { items: made + minutes + dropped.items, failures: dropped.failures };
  }

  /** Days of which every event is from before the moment, the last one too. */
  private async ended(before: number, limit: number, except: readonly string[]): Promise<Day[]> {
    const days = await this.days.all();
    return days.filter((day) => day + DAY_MS <= before && !except.includes(isoDate(day))).slice(0, limit);
  }

  /** What stood in uses that are retired. A text that comes back just now is listed again with its next hour. */
  private async forgetTexts(before: Date): Promise<void> {
    await this.dataSource.query(`DELETE FROM usage_text_hours WHERE hour < date_trunc('day', $1::timestamptz, 'UTC')`, [
      before,
    ]);
    await this.dataSource.query(
      `DELETE FROM usage_texts AS known
       WHERE NOT EXISTS (SELECT FROM usage_text_hours AS hours WHERE (hours.kind, hours.text) = (known.kind, known.text))`,
    );
  }

  private async forgetMinutes(before: Date): Promise<number> {
    let forgotten = 0;
    for (;;) {
      const [, count] = await this.dataSource.query<[unknown, number]>(FORGET_MINUTES, [before, BATCH]);
      forgotten += count;
      if (count < BATCH) return forgotten;
    }
  }
}

const BATCH = 10_000;

/** Twice as long as it is looked back when a permission is said to be unused. */
const ASKED_KEPT_MS = 180 * DAY_MS;
const FORGET_ASKED = `DELETE FROM asked_permissions WHERE last_on < $1`;

/** Waits for nobody, so that whoever counts late uses of those minutes at the same time is not met in a circle. */
const FORGET_MINUTES = `
  DELETE FROM usage_minutes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM usage_minutes WHERE minute < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`;
