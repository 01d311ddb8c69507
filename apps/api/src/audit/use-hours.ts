import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import { usesOfBatch } from '../log-tree/uses-of-batch.sql.js';
import type { LogFilter } from './log-filter.js';
import { outcomesOf } from './logged-use.js';

export const HOUR_MS = 3_600_000;

/** An hour of UTC in which there are uses. */
export interface UseHour {
  /** When it begins, in milliseconds since the epoch. */
  readonly at: number;
  /** Uses that match by key, person, action and status; of addresses and texts it knows nothing. */
  readonly uses: number;
}

/**
 * When the uses were that a filter may match, and how many, from what is counted by the hour. It reads a few hundred
 * rows where the uses are millions, which is what lets the log be counted, and read only where there is something.
 */
@Injectable()
export class UseHours {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Newest first; the hours at both ends of the time that is asked for with all of their uses. Hours whose uses have been
   * retired are not among them, their counts are kept for longer.
   * @param only the hours to look at, unless it is all of them.
   */
  async of(filter: LogFilter, only?: Iterable<number>): Promise<UseHour[]> {
    const uncounted = filter.apiKeyId === undefined ? null : await this.uncounted();
    const params: unknown[] = [];
    const bind = (value: unknown) => `$${params.push(value)}`;
    const conditions = ['hour >= (SELECT min(day) FROM days)'];
    if (filter.action !== undefined || filter.statusCode !== undefined)
      conditions.push(`outcome = ANY (${bind(outcomesOf(filter))})`);
    const { first, last } = boundsOf(filter);
    if (first !== null) conditions.push(`hour >= date_bin('1 hour', ${bind(first)}::timestamptz, 'epoch')`);
    if (last !== null) conditions.push(`hour <= ${bind(last)}`);
    if (only) conditions.push(`hour = ANY (${bind([...only].map((at) => new Date(at)))})`);
    const sql = `
      WITH days AS MATERIALIZED (${KEPT_DAYS})
      SELECT (extract(epoch FROM hour) * 1000)::bigint AS at, sum(uses) AS uses
      FROM ${countsOf(filter, uncounted, bind)}
      WHERE ${[...conditions, ...whoseWhere(filter, bind)].join(' AND ')} GROUP BY hour ORDER BY hour DESC`;
    const rows = await allowingTime(() => this.dataSource.query<{ at: string; uses: string }[]>(sql, params));
    return rows.map(({ at, uses }) => ({ at: Number(at), uses: Number(uses) }));
  }

  /** When the uses were that are stored and not yet counted by key; null when there are none, as nearly always. */
  private async uncounted(): Promise<Span | null> {
    const [row] = await this.dataSource.query<{ from: Date | null; to: Date | null }[]>(UNCOUNTED);
    return row?.from && row.to ? { from: row.from, to: row.to } : null;
  }
}

/** A stretch of time, both ends included. */
interface Span {
  readonly from: Date;
  readonly to: Date;
}

const UNCOUNTED = `SELECT min(first_at) AS from, max(last_at) AS to FROM usage_uncounted`;

/** Where uses are counted as the filter asks for them. Of a single key, those that are not counted yet are added. */
function countsOf({ apiKeyId }: LogFilter, uncounted: Span | null, bind: (value: unknown) => string): string {
  if (apiKeyId === undefined) return 'usage_outcomes';
  if (uncounted === null) return 'usage_hours';
  // The list is read with the counts: what was counted in between is in these. The span says in which days to look.
  return `(
    SELECT hour, key_id, outcome, uses FROM usage_hours
    UNION ALL
    SELECT date_bin('1 hour', timestamp, 'epoch'), ${bind(apiKeyId)}::uuid, outcome, 1
    FROM usage_uncounted AS batch, LATERAL (${usesOfBatch(
      'timestamp, outcome',
      `key_id = ${bind(apiKeyId)} AND timestamp BETWEEN ${bind(uncounted.from)} AND ${bind(uncounted.to)}`,
    )}) AS use
  ) AS counts`;
}

/** What attempts without a key are counted under in `usage_hours`, and everybody's uses in `usage_outcomes`. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The days whose uses are there: each is a partition, named after it. */
export const KEPT_DAYS = `
  SELECT to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC' AS day
  FROM pg_inherits WHERE inhparent = 'usage_events'::regclass`;

/** The time that is asked for, as far as the filter says it. */
export function boundsOf({ from, to, before }: LogFilter): { first: Date | null; last: Date | null } {
  const ends = [to, before?.timestamp].flatMap((end) => end ?? []).map((end) => end.getTime());
  return { first: from ?? null, last: ends.length === 0 ? null : new Date(Math.min(...ends)) };
}

function whoseWhere({ apiKeyId, ownerId, userId }: LogFilter, bind: (value: unknown) => string): string[] {
  const owners = [ownerId, userId].flatMap((id) => id ?? []).map(bind);
  if (apiKeyId === undefined)
    return (owners.length > 0 ? owners : [bind(NOBODY)]).map((owner) => `owner_id = ${owner}`);
  const ofOwners = owners.map((owner) => `key_id = ANY (ARRAY(SELECT id FROM api_keys WHERE owner_id = ${owner}))`);
  return [`key_id = ${bind(apiKeyId)}`, `key_id <> ${bind(NOBODY)}`, ...ofOwners];
}
