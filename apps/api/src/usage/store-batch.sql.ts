import { GROWTH_PARAMS, growTree } from '../log-tree/grow-tree.sql.js';
import { NOBODY } from './count-uses.sql.js';
import { unnestAsked, unnestUses } from './use-columns.js';

const TREE = 5;
const USES = TREE + GROWTH_PARAMS;
const { lock, growth } = growTree(TREE, 'moved');

/**
 * Stores one batch of a spool: `$1` the spool, `$2` the position it starts at, `$3` the position after it, `$4` the salts of
 * its uses one behind the other, then what the tree grows by, and then the uses themselves by their columns. One statement,
 * hence one transaction and one round trip.
 *
 * Exactly once rests on `moved`: it moves the position only from `$2`, and only while the tree of the log is the one that
 * the leaves were computed for; everything else happens only if it did. A batch sent again, by us after a lost answer or
 * by another process, finds the position elsewhere and does nothing. The tree is locked before all else, so that
 * processes store one after the other and never wait for each other in a circle; what is counted is taken in the order of
 * its primary key all the same.
 *
 * It is answered before it is on the disk of the database, which writes one batch there while it stores the next. Should it
 * crash, it loses the position together with the events, and the spool has both until `SETTLE_SPOOL` was answered.
 *
 * Here is counted what the log is searched by, and what comes to a few rows a batch. What comes to a row for each key is
 * counted later, for many batches at once (count-uses.sql.ts): `uncounted` says that it has to be.
 */
export const STORE_BATCH = `
  WITH ${lock}, moved AS (
    UPDATE usage_spools AS spool SET position = $3 FROM tree WHERE spool.id = $1 AND position = $2 RETURNING spool.id
  ), ${growth}, event AS MATERIALIZED (
    SELECT to_timestamp(at / 1000.0::float8) AS timestamp, $${TREE}::bigint + place - 1 AS leaf,
      substring($4::bytea FROM (place::integer - 1) * 16 + 1 FOR 16) AS salt, use.*
    FROM moved, ${unnestUses(USES)}
  ), stored AS (
    INSERT INTO usage_events (timestamp, id, key_id, secret_id, owner_id, outcome, latency_us, request_id, ip_address,
      user_agent, method, endpoint, leaf, salt)
    SELECT timestamp, id, key, secret, owner, outcome, us, request, ip, agent, method, path, leaf, salt FROM event
  ), uncounted AS (
    INSERT INTO usage_uncounted (leaf, uses, first_at, last_at)
    SELECT $${TREE}::bigint, count(*), min(timestamp), max(timestamp) FROM event HAVING count(*) > 0
  ), told AS MATERIALIZED (
    SELECT owner, outcome, agent, path, method, date_bin('1 minute', timestamp, 'epoch') AS minute, count(*) AS uses
    FROM event GROUP BY 1, 2, 3, 4, 5, 6
  ), text_hours AS (
    INSERT INTO usage_text_hours AS known (kind, text, hour, minute)
    SELECT kind, text, hour, minute FROM (
      SELECT kind, text, date_bin('1 hour', minute, 'epoch') AS hour,
        CASE WHEN min(minute) = max(minute) THEN min(minute) END AS minute
      FROM told, LATERAL (VALUES ('agent', agent), ('endpoint', path), ('method', method)) AS of (kind, text)
      WHERE text IS NOT NULL GROUP BY 1, 2, 3
    ) AS seen
    WHERE NOT EXISTS (
      SELECT FROM usage_text_hours AS known
      WHERE (known.kind, known.text, known.hour) = (seen.kind, seen.text, seen.hour)
        AND (known.minute IS NULL OR known.minute = seen.minute))
    ORDER BY kind, text, hour
    ON CONFLICT (kind, text, hour) DO UPDATE SET minute = NULL WHERE known.minute IS DISTINCT FROM excluded.minute
    RETURNING kind, text
  ), texts AS (
    INSERT INTO usage_texts (kind, text) SELECT DISTINCT kind, text FROM text_hours ORDER BY kind, text
    ON CONFLICT DO NOTHING
  ), asked AS (
    INSERT INTO asked_permissions AS known (key_id, permission, first_on, last_on)
    SELECT key, permission, min(day), max(day) FROM (
      SELECT key, permission, (timestamp AT TIME ZONE 'UTC')::date AS day
      FROM ${unnestAsked(USES)} JOIN event USING (place) WHERE key IS NOT NULL
    ) AS asked GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (key_id, permission) DO UPDATE SET
      first_on = least(known.first_on, excluded.first_on), last_on = greatest(known.last_on, excluded.last_on)
    WHERE excluded.first_on < known.first_on OR excluded.last_on > known.last_on
  ), outcomes AS (
    INSERT INTO usage_outcomes AS total (owner_id, hour, outcome, uses)
    SELECT whose, date_bin('1 hour', minute, 'epoch'), outcome, sum(uses)
    FROM told, LATERAL (VALUES ('${NOBODY}'::uuid), (owner)) AS of (whose)
    WHERE whose IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (owner_id, hour, outcome) DO UPDATE SET uses = total.uses + excluded.uses
  )
  SELECT count(*)::integer AS moved, set_config('synchronous_commit', 'off', true) FROM moved`;

export const START_SPOOL = `INSERT INTO usage_spools (id, position) VALUES ($1, 0) ON CONFLICT (id) DO NOTHING`;
export const READ_POSITION = `SELECT position FROM usage_spools WHERE id = $1`;

/**
 * Answers with the position once everything before it would survive a crash of the database: what is written waits for the
 * disk, and for all that was written before. Only then may files of the spool go.
 */
export const SETTLE_SPOOL = `
  WITH settled AS (UPDATE usage_spools SET position = position WHERE id = $1 RETURNING position)
  SELECT position FROM settled`;

export const END_SPOOL = `DELETE FROM usage_spools WHERE id = $1`;
