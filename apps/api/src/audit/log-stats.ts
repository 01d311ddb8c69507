import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, type VerdictCode } from '#domain';
import { allowingTime } from '../database/statement-time.js';
import type { AuditAction } from './audit-action.js';
import { logSources } from './log-sources.js';
import type { LogStatsDto } from './log-stats.dto.js';
import { LOGGED_USES } from './logged-use.js';

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

  private groups(from: Date, to: Date): Promise<Group[]> {
    const params: unknown[] = [];
    const counts = logSources({ from, to }, params).map(
      ({ columns, fromWhere }) => `
        SELECT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, action, outcome,
          status_code >= ${FIRST_ERROR_STATUS} AS is_error, count(*) AS entries
        FROM (SELECT ${columns} ${fromWhere}) AS entry GROUP BY 1, 2, 3, 4`,
    );
    return allowingTime(() => this.dataSource.query(counts.join(' UNION ALL '), params));
  }
}

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
