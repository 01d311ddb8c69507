import { usesOfBatch } from '../log-tree/uses-of-batch.sql.js';

/** Stands for no key and for no secret where a primary key has no room for NULL. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Counts the uses of batches that are stored: `$1` the places of their first ones, `$2` and `$3` from when to before when
 * all of them were, which says in which days to look.
 *
 * Exactly once rests on `counted`: a batch is taken from the list in the statement that counts it, and whoever comes second
 * finds it gone, or locked, which they `await` or `skip`. Batches are taken, and then counts added to, in the order of their
 * primary keys, so that nobody waits in a circle. Only admitted uses count as use of a key. Unknown keys are counted
 * together, however many different ones somebody tries.
 */
export const COUNT_USES = { await: countUses(''), skip: countUses('SKIP LOCKED') } as const;

function countUses(ofOthers: '' | 'SKIP LOCKED'): string {
  return `
  WITH counted AS (
    DELETE FROM usage_uncounted WHERE leaf IN (
      SELECT leaf FROM usage_uncounted WHERE leaf = ANY ($1::bigint[]) ORDER BY leaf FOR UPDATE ${ofOthers}
    ) RETURNING leaf, uses, first_at, last_at
  ), used AS MATERIALIZED (
    SELECT COALESCE(key_id, '${NOBODY}') AS key, date_bin('1 minute', timestamp, 'epoch') AS minute,
      COALESCE(CASE WHEN key_id IS NOT NULL THEN secret_id END, '${NOBODY}') AS secret, outcome,
      count(*) AS uses, sum(latency_us) AS us, max(latency_us) AS us_max, max(timestamp) AS latest
    FROM counted AS batch, LATERAL (${usesOfBatch(
      'key_id, secret_id, timestamp, outcome, latency_us',
      'timestamp >= $2::timestamptz AND timestamp < $3::timestamptz',
    )}) AS use
    GROUP BY 1, 2, 3, 4
  ), minutes AS (${countBy('minute')}), hours AS (${countBy('hour')}), totals AS (
    INSERT INTO key_usage AS total (key_id, secret_id, usage_count, last_used_at)
    SELECT key, secret, sum(uses), max(latest) FROM used
    WHERE outcome = 'VALID' AND key <> '${NOBODY}' AND secret <> '${NOBODY}'
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (key_id, secret_id) DO UPDATE SET
      usage_count = total.usage_count + excluded.usage_count,
      last_used_at = greatest(total.last_used_at, excluded.last_used_at)
  )
  SELECT count(*)::integer AS counted FROM counted`;
}

/** Everything is counted from the counts by the minute, which are far fewer than the uses. */
function countBy(unit: 'minute' | 'hour'): string {
  return `
    INSERT INTO usage_${unit}s AS total (key_id, ${unit}, secret_id, outcome, uses, latency_us_sum, latency_us_max)
    SELECT key, date_bin('1 ${unit}', minute, 'epoch'), secret, outcome, sum(uses), sum(us), max(us_max)
    FROM used GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (key_id, ${unit}, secret_id, outcome) DO UPDATE SET
      uses = total.uses + excluded.uses,
      latency_us_sum = total.latency_us_sum + excluded.latency_us_sum,
      latency_us_max = greatest(total.latency_us_max, excluded.latency_us_max)`;
}

/** In the order of their places. */
export const READ_UNCOUNTED = `
  SELECT leaf, uses, first_at AS "firstAt", last_at AS "lastAt" FROM usage_uncounted ORDER BY leaf`;

/** $1 and $2 from when to before when. */
export const IS_UNCOUNTED = `
  SELECT EXISTS (SELECT FROM usage_uncounted WHERE last_at >= $1 AND first_at < $2) AS is_uncounted`;
