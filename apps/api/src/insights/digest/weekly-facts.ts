import type { DataSource } from 'typeorm';
import type { EvidenceKind } from '#domain';
import type { AnomalySeverity } from '../../anomaly/anomaly.dto.js';
import type { ActionTaken } from '../../anomaly/responses/action-taken.js';

/** What is on record of the keys of somebody in a week, and in those before. */
export interface WeeklyFacts {
  /** Uses of each key in each of its weeks, the last of them last. */
  readonly weeks: readonly { readonly key_id: string; readonly key_name: string; readonly uses: readonly number[] }[];
  readonly silent: readonly {
    readonly key_id: string;
    readonly key_name: string;
    readonly last_used_at: string | null;
    readonly is_unused: boolean;
  }[];
  readonly evidence: readonly {
    readonly key_id: string;
    readonly key_name: string;
    readonly kind: EvidenceKind;
    readonly score: number;
    readonly day: string;
  }[];
  readonly alerts: readonly {
    readonly severity: AnomalySeverity;
    readonly action_taken: ActionTaken;
    readonly count: number;
  }[];
}

/** @param monday of the week. @param atMost of each list. */
export async function weeklyFacts(
  dataSource: DataSource,
  ownerId: string,
  monday: Date,
  atMost: number,
): Promise<WeeklyFacts> {
  const [row] = await dataSource.query<WeeklyFacts[]>(FACTS, [ownerId, monday, atMost]);
  if (!row) throw new Error('a statement without a table has a row');
  return row;
}

/** $1 the owner, $2 the Monday, $3 of each list at most. Weeks are those of which a key was there for all. */
const FACTS = `
  WITH asked AS (SELECT $2::timestamptz AS monday, $2::timestamptz + interval '7 days' AS until),
  live AS (
    SELECT id, name, created_at, (SELECT max(last_used_at) FROM key_usage WHERE key_id = id) AS last_used_at
    FROM api_keys, asked
    WHERE owner_id = $1 AND state = 'active' AND NOT is_canary AND (expires_at IS NULL OR expires_at > until)
  ), counted AS (
    SELECT live.id, live.name, monday - make_interval(days => 7 * ago) AS week, COALESCE((
      SELECT sum(uses) FROM usage_hours
      WHERE key_id = live.id AND outcome = 'VALID' AND hour >= monday - make_interval(days => 7 * ago)
        AND hour < until - make_interval(days => 7 * ago)
    ), 0)::float8 AS uses
    FROM live, asked, generate_series(0, 4) AS ago
    WHERE live.last_used_at >= monday - interval '28 days' AND live.created_at <= monday - make_interval(days => 7 * ago)
  ), weeks AS (SELECT id, name, json_agg(uses ORDER BY week) AS uses FROM counted GROUP BY id, name),
  silent AS (
    SELECT id, name, last_used_at, COALESCE(last_used_at, created_at) <= until - interval '90 days' AS is_unused
    FROM live, asked
    WHERE last_used_at <= until - interval '30 days' OR COALESCE(last_used_at, created_at) <= until - interval '90 days'
    ORDER BY COALESCE(last_used_at, created_at), id
  ), weak AS (
    SELECT live.id, live.name, kind, e, day FROM key_evidence AS found JOIN live ON live.id = found.key_id, asked
    WHERE day >= monday::date AND day < until::date AND e >= 2 AND NOT EXISTS (
      SELECT FROM anomalies
      WHERE key_id = live.id AND created_at >= day AND created_at < day + 2
    )
    ORDER BY e DESC, live.id, day LIMIT $3
  )
  SELECT
    COALESCE((SELECT json_agg(json_build_object('key_id', id, 'key_name', name, 'uses', uses)) FROM weeks), '[]') AS weeks,
    COALESCE((
      SELECT json_agg(json_build_object('key_id', id, 'key_name', name, 'last_used_at', last_used_at, 'is_unused', is_unused))
      FROM (
        (SELECT * FROM silent WHERE is_unused LIMIT $3) UNION ALL (SELECT * FROM silent WHERE NOT is_unused LIMIT $3)
      ) AS key
    ), '[]') AS silent,
    COALESCE((
      SELECT json_agg(json_build_object('key_id', id, 'key_name', name, 'kind', kind, 'score', e, 'day', day)) FROM weak
    ), '[]') AS evidence,
    COALESCE((
      SELECT json_agg(json_build_object('severity', severity, 'action_taken', action_taken, 'count', count))
      FROM (
        SELECT severity, action_taken, count(*) FROM anomalies, asked
        WHERE owner_id = $1 AND created_at >= monday AND created_at < until
        GROUP BY severity, action_taken ORDER BY severity, action_taken
      ) AS told
    ), '[]') AS alerts`;
