import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { calibrate, Clock, type EvidenceRow, startingThresholds, type Thresholds, type Watched } from '#domain';
import type { Principal } from '../access/principal.js';
import { AuditLog } from '../audit/audit-log.js';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { Jobs } from '../jobs/jobs.js';
import { AnomalyBudgetRow } from './anomaly-budget.entity.js';
import { KeyEvidence } from './key-evidence.entity.js';
import { CERTAIN_TYPES } from './anomaly-type.js';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** What keys did in so long a time is what thresholds follow from. */
const REMEMBERED_MS = 4 * WEEK_MS;
const ONE = { id: 1 };

/** What is accepted, what followed from it, and what came of it. */
export interface BudgetReport extends Watched {
  readonly budget: number;
  /** The budget as ANOMALY_THRESHOLD has it. */
  readonly effective: number;
  /** Alerts per 100 keys and week that nobody confirmed; null while no key was watched. */
  readonly realised: number | null;
  readonly alerts: number;
  readonly thresholds: Thresholds;
  readonly calibratedAt: Date | null;
}

/** Keeps the false alerts within what is accepted: each night thresholds follow from what keys did in the weeks before. */
@Injectable()
export class AnomalyBudget implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'anomaly_budget', everyMs: DAY_MS, run: (now) => this.run(now) });
  }

  async thresholds(manager: EntityManager): Promise<Thresholds> {
    const row = await manager.findOneByOrFail(AnomalyBudgetRow, ONE);
    return row.thresholds ?? startingThresholds(this.effective(row.budget));
  }

  /** Of the last four weeks. */
  async report(): Promise<BudgetReport> {
    const { manager } = this.dataSource;
    const row = await manager.findOneByOrFail(AnomalyBudgetRow, ONE);
    const now = this.clock.now();
    const watched = await watchedIn(manager, row, now);
    const from = new Date(now - REMEMBERED_MS);
    const [{ alerts } = { alerts: 0 }] = await manager.query<{ alerts: number }[]>(ALERTS, [from, CERTAIN_TYPES]);
    return {
      ...watched,
      budget: row.budget,
      effective: this.effective(row.budget),
      realised: watched.keyWeeks > 0 ? (100 * alerts) / watched.keyWeeks : null,
      alerts,
      thresholds: row.thresholds ?? startingThresholds(this.effective(row.budget)),
      calibratedAt: row.calibratedAt,
    };
  }

  /** Thresholds follow at once. */
  async set(budget: number, caller: Principal, origin: RequestOrigin): Promise<BudgetReport> {
    await inTransaction(this.dataSource, async (manager) => {
      const before = await manager.findOneByOrFail(AnomalyBudgetRow, ONE);
      await manager.update(AnomalyBudgetRow, ONE, { budget });
      await this.calibrate(manager, this.clock.now());
      await this.audit.record(manager, {
        action: 'anomaly_budget_changed',
        origin,
        userId: caller.userId,
        statusCode: 200,
        metadata: { before: before.budget, after: budget },
      });
    });
    return this.report();
  }

  private async run(now: number): Promise<{ items: number; failures: string[] }> {
    await inTransaction(this.dataSource, (manager) => this.calibrate(manager, now));
    const day = new Date(now - REMEMBERED_MS - DAY_MS).toISOString().slice(0, 10);
    const { affected } = await this.dataSource.manager.delete(KeyEvidence, { day: LessThan(day) });
    return { items: affected ?? 0, failures: [] };
  }

  private async calibrate(manager: EntityManager, now: number): Promise<void> {
    const row = await manager.findOneOrFail(AnomalyBudgetRow, { where: ONE, lock: { mode: 'pessimistic_write' } });
    const watchedSince = row.watchedSince ?? new Date(now);
    const isKnown = now - watchedSince.getTime() >= WEEK_MS;
    const budget = this.effective(row.budget);
    const thresholds = isKnown ? await learned(manager, { ...row, watchedSince }, now, budget) : null;
    const calibratedAt = isKnown ? new Date(now) : null;
    await manager.update(AnomalyBudgetRow, ONE, { watchedSince, thresholds, calibratedAt });
  }

  /** Each whole step of ANOMALY_THRESHOLD is a power of ten, as evidence is; 3 leaves the budget as it is. */
  private effective(budget: number): number {
    return budget * 10 ** (3 - this.config.anomaly.threshold);
  }
}

async function learned(
  manager: EntityManager,
  row: AnomalyBudgetRow,
  now: number,
  budget: number,
): Promise<Thresholds> {
  const from = new Date(now - REMEMBERED_MS);
  const rows = await manager.query<EvidenceRow[]>(EVIDENCE, [from]);
  return calibrate(rows, await watchedIn(manager, row, now), budget);
}

/** How many keys were watched in the last four weeks, and how long all together. */
async function watchedIn(manager: EntityManager, { watchedSince }: AnomalyBudgetRow, now: number): Promise<Watched> {
  const from = Math.max(now - REMEMBERED_MS, watchedSince?.getTime() ?? now);
  const [row] = await manager.query<Watched[]>(WATCHED, [new Date(from), new Date(now)]);
  return { keys: row?.keys ?? 0, keyWeeks: Math.max(0, row?.keyWeeks ?? 0) };
}

/** $1 from when on. Keys that were misused are left out: an attack is not to raise the bar for the next. */
const EVIDENCE = `
  SELECT key_id AS "keyId", kind, e, (extract(epoch FROM day) * 1000)::float8 AS at
  FROM key_evidence AS evidence
  WHERE day >= $1::date AND NOT EXISTS (
    SELECT FROM anomalies WHERE anomalies.key_id = evidence.key_id AND is_confirmed AND created_at >= $1)`;

/** $1 from when on, $2 now. */
const WATCHED = `
  SELECT count(*)::integer AS keys,
    COALESCE(sum(extract(epoch FROM $2 - greatest(key.created_at, $1)) / 604800), 0)::float8 AS "keyWeeks"
  FROM watched_keys JOIN api_keys AS key ON key.id = watched_keys.key_id
  WHERE watched_keys.seen_until >= $1`;

/** $1 from when on, $2 types that have no false form. One a day of each key counts. */
const ALERTS = `
  SELECT count(DISTINCT (key_id, date_trunc('day', created_at, 'UTC')))::integer AS alerts
  FROM anomalies WHERE created_at >= $1 AND key_id IS NOT NULL AND NOT is_confirmed AND type <> ALL ($2)`;
