import { growTree } from '../log-tree/grow-tree.sql.js';

/** Stands for no key and for no secret where a primary key has no room for NULL. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

const { lock, growth } = growTree(6, 'moved');

/**
 * Stores one batch of a spool: `$1` the spool, `$2` the position it starts at, `$3` the position after it, `$4` its
 * events as a JSON array, `$5` their salts one behind the other, and from `$6` on what the tree grows by. One statement,
 * hence one transaction and one round trip.
 *
 * Exactly once rests on `moved`: it moves the position only from `$2`, and only while the tree of the log is the one that
 * the leaves were computed for; everything else happens only if it did. A batch sent again, by us after a lost answer or
 * by another process, finds the position elsewhere and does nothing. The tree is locked before all else, so that
 * processes store one after the other and never wait for each other in a circle; what is counted is taken in the order of
 * its primary key all the same. Only admitted uses count as use of a key.
 */
export const STORE_BATCH = `
  WITH ${lock}, moved AS (
    UPDATE usage_spools AS spool SET position = $3 FROM tree WHERE spool.id = $1 AND position = $2 RETURNING spool.id
  ), ${growth}, event AS MATERIALIZED (
    SELECT to_timestamp(at / 1000.0) AS timestamp, $6::bigint + place - 1 AS leaf,
      substring($5::bytea FROM (place::integer - 1) * 16 + 1 FOR 16) AS salt, e.*
    FROM moved, ROWS FROM (json_to_recordset($4) AS (
      id uuid, at bigint, key uuid, secret uuid, owner uuid, outcome text, us integer, request text, ip text,
      agent text, method text, path text
    )) WITH ORDINALITY AS e (id, at, key, secret, owner, outcome, us, request, ip, agent, method, path, place)
  ), stored AS (
    INSERT INTO usage_events (timestamp, id, key_id, secret_id, owner_id, outcome, latency_us, request_id, ip_address,
      user_agent, method, endpoint, leaf, salt)
    SELECT timestamp, id, key, secret, owner, outcome, us, request, ip, agent, method, path, leaf, salt FROM event
  ), counted AS (
    INSERT INTO key_usage AS total (key_id, secret_id, usage_count, last_used_at)
    SELECT key, secret, count(*), max(timestamp) FROM event
    WHERE outcome = 'VALID' AND key IS NOT NULL AND secret IS NOT NULL
    GROUP BY key, secret ORDER BY key, secret
    ON CONFLICT (key_id, secret_id) DO UPDATE SET
      usage_count = total.usage_count + excluded.usage_count,
      last_used_at = greatest(total.last_used_at, excluded.last_used_at)
  ), minutes AS (${countBy('minute')}), hours AS (${countBy('hour')})
  SELECT count(*)::integer AS moved FROM moved`;

function countBy(unit: 'minute' | 'hour'): string {
  return `
    INSERT INTO usage_${unit}s AS total (key_id, ${unit}, secret_id, outcome, uses, latency_us_sum, latency_us_max)
    SELECT COALESCE(key, '${NOBODY}'), date_bin('1 ${unit}', timestamp, 'epoch'), COALESCE(secret, '${NOBODY}'), outcome,
      count(*), sum(us), max(us)
    FROM event GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (key_id, ${unit}, secret_id, outcome) DO UPDATE SET
      uses = total.uses + excluded.uses,
      latency_us_sum = total.latency_us_sum + excluded.latency_us_sum,
      latency_us_max = greatest(total.latency_us_max, excluded.latency_us_max)`;
}

export const START_SPOOL = `INSERT INTO usage_spools (id, position) VALUES ($1, 0) ON CONFLICT (id) DO NOTHING`;
export const READ_POSITION = `SELECT position FROM usage_spools WHERE id = $1`;
export const END_SPOOL = `DELETE FROM usage_spools WHERE id = $1`;
