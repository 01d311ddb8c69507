import type { EntityManager } from 'typeorm';
import { usesOfBatch } from '../../log-tree/uses-of-batch.sql.js';
import { BREAKER_MS, type Circumstances, UNDONE_MS } from '#domain';

/**
 * How things stand with a key that something was alerted about. Read while the watch is locked, as every response is:
 * none is given meanwhile that would count.
 *
 * @param since when what was alerted began: what was done then is not what is usual.
 * @param isDryRun whether responses count that were given, or those that would have been.
 * @returns undefined for a key that is gone.
 */
export async function readCircumstances(
  manager: EntityManager,
  { keyId, since, isDryRun }: { keyId: string; since: number; isDryRun: boolean },
  now: number,
): Promise<Circumstances | undefined> {
  const [row] = await manager.query<Circumstances[]>(CIRCUMSTANCES, [
    keyId,
    new Date(now),
    new Date(since),
    new Date(now - UNDONE_MS),
    new Date(now - BREAKER_MS),
    isDryRun,
  ]);
  return row;
}

/** Keys that can be used at a moment, canaries apart. */
export function usableAt(moment: string): string {
  return `state = 'active' AND NOT is_canary AND (expires_at IS NULL OR expires_at > ${moment})`;
}

/**
 * $1 the key, $2 now, $3 before when uses are usual, $4 since when responses were undone, $5 since when they count, $6
 * whether those of a dry run do.
 *
 * What is usual in a minute is known for two days. Of a key that was not used in these, an hour of the last four weeks
 * says what a minute has not exceeded.
 */
const CIRCUMSTANCES = `
  WITH subject AS (SELECT *, ${usableAt('$2')} AS is_usable FROM api_keys WHERE id = $1),
  others AS (SELECT owner_id, allowed_services FROM api_keys WHERE id <> $1 AND ${usableAt('$2')}),
  uncounted AS MATERIALIZED (
    SELECT use.timestamp FROM usage_uncounted AS batch, LATERAL (${usesOfBatch(
      'timestamp',
      `key_id = $1 AND timestamp >= $3::timestamptz - interval '28 days' AND timestamp < $3 AND outcome = 'VALID'`,
    )}) AS use
  ), minutes AS (
    SELECT sum(uses) AS uses FROM (
      SELECT key_id, minute, outcome, uses FROM usage_minutes
      UNION ALL SELECT $1, date_bin('1 minute', timestamp, 'epoch'), 'VALID', 1 FROM uncounted
    ) AS counts
    WHERE key_id = $1 AND minute >= $3::timestamptz - interval '47 hours' AND minute < date_trunc('minute', $3::timestamptz)
      AND outcome = 'VALID'
    GROUP BY minute
  ), hours AS (
    SELECT sum(uses) AS uses FROM (
      SELECT key_id, hour, outcome, uses FROM usage_hours
      UNION ALL SELECT $1, date_bin('1 hour', timestamp, 'epoch'), 'VALID', 1 FROM uncounted
    ) AS counts
    WHERE key_id = $1 AND hour >= $3::timestamptz - interval '28 days' AND hour < date_trunc('hour', $3::timestamptz, 'UTC')
      AND outcome = 'VALID'
    GROUP BY hour
  )
  SELECT is_usable AS "isUsable", COALESCE(throttled_until > $2, false) AS "isThrottled",
    NOT EXISTS (SELECT FROM others WHERE owner_id = subject.owner_id)
      OR EXISTS (
        SELECT FROM unnest(allowed_services) AS service
        WHERE NOT EXISTS (SELECT FROM others WHERE service = ANY (others.allowed_services))
      ) AS "isLastKey",
    EXISTS (SELECT FROM anomalies WHERE key_id = $1 AND undone_at > $4) AS "isUndoneLately",
    COALESCE(
      (SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY uses) FROM minutes),
      (SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY uses) FROM hours)
    )::float8 AS "usualPerMinute",
    (SELECT count(*) FROM others)::integer + is_usable::integer AS keys,
    (
      SELECT count(DISTINCT key_id) FROM anomalies
      WHERE responded_at > $5 AND key_id <> $1 AND (response ->> 'isDryRun')::boolean = $6
    )::integer AS "othersLately"
  FROM subject`;
