import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, type VerdictCode } from '#domain';
import { allowingTime } from '../database/statement-time.js';
import type { AuditAction } from './audit-action.js';
import type { LogStatsDto } from './log-stats.dto.js';
import { LOGGED_USES } from './logged-use.js';
import { HOUR_MS } from './use-hours.js';

interface Group {
  readonly day: string;
  readonly action: AuditAction | null;
  readonly outcome: VerdictCode | null;
  readonly is_error: boolean | null;
  readonly entries: string;
}

const DAY_MS = 86_400_000;
const FIRST_ERROR_STATUS = 400;

/** Counts what the log holds. */
@Injectable()
export class LogStats {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** The last so many times 24 hours, and in the series every date in UTC that they touch. */
  async ofLast(days: number): Promise<LogStatsDto> {
    const now = this.clock.now();
    const from = new Date(now - days * DAY_MS);
    const series = new Map(datesBetween(from.getTime(), now).map((date) => [date, { date, total: 0, errors: 0 }]));
    const byAction: Partial<Record<AuditAction, number>> = {};
    for (const group of await this.groups(from, new Date(now))) {
      const { action, isError } = meaningOf(group);
      const entries = Number(group.entries);
      byAction[action] = (byAction[action] ?? 0) + entries;
      const day = series.get(group.day);
      if (day === undefined) continue;
      day.total += entries;
      if (isError) day.errors += entries;
    }
    const total = sum([...series.values()].map((day) => day.total));
    const errors = sum([...series.values()].map((day) => day.errors));
    return {
      period_days: days,
      total_logs: total,
      error_count: errors,
      error_rate: total === 0 ? 0 : errors / total,
      actions_by_count: byAction,
      days: [...series.values()],
    };
  }

  private async groups(from: Date, to: Date): Promise<Group[]> {
    // The first hour is cut: its uses are counted one by one.
    const wholeFrom = new Date(Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS);
    return allowingTime(() => this.dataSource.query(GROUPS, [from, to, wholeFrom]));
  }
}

const DAY = (time: string) => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/** $1 and $2 from when to when, both included; $3 the first whole hour. */
const GROUPS = `
  SELECT ${DAY('timestamp')} AS day, action, NULL AS outcome, status_code >= ${FIRST_ERROR_STATUS} AS is_error,
    count(*) AS entries
  FROM audit_log WHERE timestamp BETWEEN $1 AND $2 GROUP BY 1, 2, 4
  UNION ALL
  SELECT ${DAY('timestamp')}, NULL, outcome, NULL, count(*)
  FROM usage_events WHERE timestamp >= $1 AND timestamp < least($3, $2) GROUP BY 1, 3
  UNION ALL
  SELECT ${DAY('hour')}, NULL, outcome, NULL, sum(uses)
  FROM usage_outcomes WHERE owner_id = '00000000-0000-0000-0000-000000000000' AND hour >= $3 AND hour <= $2
  GROUP BY 1, 3`;

/** Of a use both follow from its outcome. */
function meaningOf({ action, outcome, is_error: isError }: Group): { action: AuditAction; isError: boolean } {
  if (outcome === null) return { action: action as AuditAction, isError: isError ?? false };
  const use = LOGGED_USES[outcome];
  return { action: use.action, isError: use.statusCode >= FIRST_ERROR_STATUS };
}

/** The dates in UTC from one moment to another, both included. */
function datesBetween(from: number, to: number): string[] {
  const first = Math.floor(from / DAY_MS);
  const count = Math.floor(to / DAY_MS) - first + 1;
  return Array.from({ length: count }, (_, n) => new Date((first + n) * DAY_MS).toISOString().slice(0, 10));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
