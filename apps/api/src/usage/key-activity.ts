import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, type VerdictCode } from '#domain';
import { allowingTime } from '../database/statement-time.js';
import { usesOfBatch } from '../log-tree/uses-of-batch.sql.js';
import { activityStretches, type Stretch } from './activity-stretches.js';
import { NOBODY } from './count-uses.sql.js';
import { MINUTES_KEPT_MS } from './usage-minute.entity.js';

/** A stretch of time, both ends included, and how it is divided. */
export interface ActivityWindow {
  readonly from: Date;
  readonly to: Date;
  /** Milliseconds. Steps are counted from the start of 1970 in UTC, so that days begin at midnight there. */
  readonly stepMs: number;
}

/** What was done with one key in a window. */
export interface KeyActivity {
  /** As far as anything happened. */
  readonly counts: readonly ActivityCount[];
  /** By secret id: when each was last let in. */
  readonly lastUses: readonly { readonly secret_id: string; readonly at: number | null }[];
  /** Of the newest uses, as many as `described` says: how fast, from where and by what. */
  readonly described: number;
  /** Microseconds; all null when nothing happened. */
  readonly latency: Record<'p50' | 'p95' | 'p99', number | null>;
  readonly addresses: Seen;
  readonly agents: Seen;
}

/** Uses of one step that came to one outcome with one secret. */
export interface ActivityCount {
  /** Counted from the start of 1970. */
  readonly step: number;
  /** Null stands for attempts that no secret of the key was found for. */
  readonly secret_id: string | null;
  readonly outcome: VerdictCode;
  readonly uses: number;
}

/** What was seen most often, and how many different ones there were. Times in milliseconds since the epoch. */
export interface Seen {
  readonly distinct: number;
  readonly top: readonly { readonly value: string | null; readonly count: number; readonly last_seen_at: number }[];
}

/**
 * Tells what was done with a key: how often from what is counted by the hour and the minute, which costs the same however
 * much it is used, and the rest from its newest uses.
 */
@Injectable()
export class KeyActivities {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** One statement, so that all of its numbers are of the same moment and add up. */
  async of(keyId: string, { from, to, stepMs }: ActivityWindow): Promise<KeyActivity> {
    const minutesFrom = Math.ceil((this.clock.now() - MINUTES_KEPT_MS) / MINUTE_MS) * MINUTE_MS;
    const time = { from: from.getTime(), to: to.getTime() + 1 };
    const { hours, minutes, events } = activityStretches(time, stepMs, minutesFrom);
    const asked = [keyId, from, to, stepMs, TOP, DESCRIBED_MAX, ...[hours, minutes, events].flatMap(endsOf)];
    const [row] = await allowingTime(() => this.dataSource.query<{ activity: KeyActivity }[]>(ACTIVITY, asked));
    if (!row) throw new Error('an aggregate without groups has a row');
    return row.activity;
  }
}

/** How many addresses and agents are named. */
export const TOP = 20;
/** Of how many uses latencies, addresses and agents are told. */
export const DESCRIBED_MAX = 20_000;

const MINUTE_MS = 60_000;

function endsOf(stretches: readonly Stretch[]): [Date[], Date[]] {
  return [stretches.map(({ from }) => new Date(from)), stretches.map(({ to }) => new Date(to))];
}

const epochMs = (time: string) => `round(extract(epoch FROM ${time}) * 1000)::bigint`;
const listOf = (rows: string) => `(SELECT COALESCE(json_agg(r), '[]') FROM (${rows}) r)`;
const stretches = (first: number) =>
  `unnest($${first}::timestamptz[], $${first + 1}::timestamptz[]) AS t (start, stop)`;

/** Of one stretch, `t`. The OFFSET has each read by itself: joined with all, every use of the key was read and compared. */
function within(table: string, time: string, columns: string): string {
  return `
      SELECT ${time} AS at, ${columns} FROM ${table}
      WHERE key_id = $1 AND ${time} >= t.start AND ${time} < t.stop OFFSET 0`;
}

/**
 * $1 the key, $2 and $3 from when to when, $4 the step, $5 how many of each are named, $6 how many uses are described,
 * from $7 on the stretches that are counted by the hour, by the minute and from the uses themselves. Uses that are stored
 * and not counted yet are added to those of the first two.
 */
const ACTIVITY = `
  WITH counted AS MATERIALIZED (
    SELECT use.* FROM ${stretches(7)}, LATERAL (${within('usage_hours', 'hour', 'secret_id, outcome, uses')}) AS use
    UNION ALL
    SELECT use.* FROM ${stretches(9)}, LATERAL (${within('usage_minutes', 'minute', 'secret_id, outcome, uses')}) AS use
    UNION ALL
    SELECT use.* FROM ${stretches(11)},
      LATERAL (${within('usage_events', 'timestamp', `COALESCE(secret_id, '${NOBODY}'), outcome, 1`)}) AS use
    UNION ALL
    SELECT use.* FROM usage_uncounted AS batch, LATERAL (${usesOfBatch(
      `timestamp AS at, COALESCE(secret_id, '${NOBODY}'), outcome, 1`,
      'key_id = $1 AND timestamp BETWEEN $2 AND $3',
    )}) AS use
    WHERE EXISTS (
      SELECT FROM (SELECT * FROM ${stretches(7)} UNION ALL SELECT * FROM ${stretches(9)}) AS t
      WHERE at >= start AND at < stop)
  ), described AS MATERIALIZED (
    SELECT timestamp, latency_us, ip_address, user_agent FROM usage_events
    WHERE key_id = $1 AND timestamp BETWEEN $2 AND $3 ORDER BY timestamp DESC LIMIT $6
  ), latest AS (
    SELECT secret_id, max(at) AS at FROM counted
    WHERE outcome = 'VALID' AND secret_id <> '${NOBODY}' GROUP BY secret_id
  )
  SELECT json_build_object(
    'counts', ${listOf(`
      SELECT floor(extract(epoch FROM at) * 1000 / $4::bigint)::bigint AS step, NULLIF(secret_id, '${NOBODY}') AS secret_id,
        outcome, sum(uses) AS uses
      FROM counted GROUP BY 1, 2, 3 ORDER BY 1`)},
    'lastUses', ${listOf(`
      SELECT latest.secret_id, ${epochMs('COALESCE(use.timestamp, total.last_used_at)')} AS at
      FROM latest LEFT JOIN LATERAL (
        SELECT timestamp FROM usage_events WHERE key_id = $1 AND secret_id = latest.secret_id AND outcome = 'VALID'
          AND timestamp >= greatest(latest.at, $2) AND timestamp <= least(latest.at + interval '1 hour', $3)
        ORDER BY timestamp DESC LIMIT 1
      ) AS use ON true LEFT JOIN key_usage AS total
        ON total.key_id = $1 AND total.secret_id = latest.secret_id AND total.last_used_at BETWEEN $2 AND $3`)},
    'described', (SELECT count(*) FROM described),
    'latency', (SELECT json_build_object('p50', p[1], 'p95', p[2], 'p99', p[3])
      FROM (SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY latency_us) AS p FROM described) AS l),
    'addresses', ${seen('ip_address')},
    'agents', ${seen('user_agent')}
  ) AS activity`;

function seen(column: string): string {
  const top = `
    SELECT ${column} AS value, count(*), ${epochMs('max(timestamp)')} AS last_seen_at
    FROM described GROUP BY ${column} ORDER BY count(*) DESC, max(timestamp) DESC, ${column} LIMIT $5::integer`;
  return `json_build_object('distinct', (SELECT count(DISTINCT ${column}) FROM described), 'top', ${listOf(top)})`;
}
