import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { VerdictCode } from '#domain';
import { allowingTime } from '../database/statement-time.js';

/** A stretch of time, both ends included, and how it is divided. */
export interface ActivityWindow {
  readonly from: Date;
  readonly to: Date;
  /** Milliseconds. Steps are counted from the start of 1970 in UTC, so that days begin at midnight there. */
  readonly stepMs: number;
}

/** What was done with one key in a window. */
export interface KeyActivity {
  readonly outcomes: readonly { readonly outcome: VerdictCode; readonly count: number }[];
  /** Microseconds; all null when nothing happened. */
  readonly latency: Record<'p50' | 'p95' | 'p99', number | null>;
  readonly addresses: Seen;
  readonly agents: Seen;
  /** By secret id; null stands for attempts that no secret of the key was found for. */
  readonly secrets: readonly (Tally & { readonly secret_id: string | null; readonly last_used_at: number | null })[];
  /** Only the steps in which something happened, counted from the start of 1970. */
  readonly steps: readonly (Tally & { readonly step: number })[];
}

export interface Tally {
  readonly admitted: number;
  readonly refused: number;
}

/** What was seen most often, and how many different ones there were. Times in milliseconds since the epoch. */
export interface Seen {
  readonly distinct: number;
  readonly top: readonly { readonly value: string | null; readonly count: number; readonly last_seen_at: number }[];
}

/** Counts what was done with a key, from the events of its uses. */
@Injectable()
export class KeyActivities {
  constructor(private readonly dataSource: DataSource) {}

  /** One statement, so that all of its numbers are of the same moment and add up. */
  async of(keyId: string, { from, to, stepMs }: ActivityWindow): Promise<KeyActivity> {
    const asked = [keyId, from, to, stepMs, TOP];
    const [row] = await allowingTime(() => this.dataSource.query<{ activity: KeyActivity }[]>(ACTIVITY, asked));
    if (!row) throw new Error('an aggregate without groups has a row');
    return row.activity;
  }
}

/** How many addresses and agents are named. */
export const TOP = 20;

const TALLY = `count(*) FILTER (WHERE outcome = 'VALID') AS admitted, count(*) FILTER (WHERE outcome <> 'VALID') AS refused`;
const epochMs = (time: string) => `round(extract(epoch FROM ${time}) * 1000)::bigint`;
const listOf = (rows: string) => `(SELECT COALESCE(json_agg(r), '[]') FROM (${rows}) r)`;

/** The events are read once, through the index on key and time; everything is counted from what was read. */
const ACTIVITY = `
  WITH event AS MATERIALIZED (
    SELECT timestamp, outcome, secret_id, latency_us, ip_address, user_agent
    FROM usage_events WHERE key_id = $1 AND timestamp BETWEEN $2 AND $3
  )
  SELECT json_build_object(
    'outcomes', ${listOf('SELECT outcome, count(*) FROM event GROUP BY outcome ORDER BY count(*) DESC, outcome')},
    'latency', (SELECT json_build_object('p50', p[1], 'p95', p[2], 'p99', p[3])
      FROM (SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY latency_us) AS p FROM event) AS l),
    'addresses', ${seen('ip_address')},
    'agents', ${seen('user_agent')},
    'secrets', ${listOf(`
      SELECT secret_id, ${TALLY}, ${epochMs(`max(timestamp) FILTER (WHERE outcome = 'VALID')`)} AS last_used_at
      FROM event GROUP BY secret_id`)},
    'steps', ${listOf(`
      SELECT floor(extract(epoch FROM timestamp) * 1000 / $4::bigint)::bigint AS step, ${TALLY}
      FROM event GROUP BY step`)}
  ) AS activity`;

function seen(column: string): string {
  const top = `
    SELECT ${column} AS value, count(*), ${epochMs('max(timestamp)')} AS last_seen_at
    FROM event GROUP BY ${column} ORDER BY count(*) DESC, max(timestamp) DESC, ${column} LIMIT $5::integer`;
  return `json_build_object('distinct', (SELECT count(DISTINCT ${column}) FROM event), 'top', ${listOf(top)})`;
}
