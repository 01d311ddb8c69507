import { CHUNK_LEAVES } from './use-chunk.entity.js';

export const NO_LEAVES = `'0'::bit(${CHUNK_LEAVES})`;

/** Values of a kind in one chunk: with more of them, those that so few uses have get no bitmap. */
const VALUES_MAX = 500;
const RARE_USES = 32;

/**
 * The first place of the next chunk that is full, or no row. Uses get their places one transaction after the other: when
 * one behind the chunk is there, all in it are.
 */
export const NEXT_CHUNK = `
  WITH next AS (
    SELECT COALESCE((SELECT max(first_leaf) + ${CHUNK_LEAVES} FROM usage_chunks),
      (SELECT min(leaf) / ${CHUNK_LEAVES} * ${CHUNK_LEAVES} FROM usage_events)) AS first_leaf
  )
  SELECT first_leaf::float8 AS "firstLeaf" FROM next
  WHERE (SELECT max(leaf) FROM usage_events) >= first_leaf + ${CHUNK_LEAVES}`;

/**
 * $1 the first place of a chunk. A bitmap is written as text, zeros up to each one: setting bits in it would copy all of it
 * for each of them.
 */
export const STORE_CHUNK = `
  WITH use AS MATERIALIZED (
    SELECT (leaf - $1::bigint)::integer AS place, timestamp, key_id, owner_id, outcome, ip_address, user_agent, endpoint,
      method
    FROM usage_events WHERE leaf >= $1::bigint AND leaf < $1::bigint + ${CHUNK_LEAVES}
  ), counted AS MATERIALIZED (
    SELECT kind, value, places, cardinality(places) AS uses,
      count(*) OVER (PARTITION BY kind) > ${VALUES_MAX} AS is_one_of_many
    FROM (
      SELECT kind, value, array_agg(place) AS places
      FROM use, LATERAL (VALUES ('key', key_id::text), ('owner', owner_id::text), ('outcome', outcome),
        ('address', ip_address), ('agent', user_agent), ('endpoint', endpoint), ('method', method)) AS of (kind, value)
      WHERE value IS NOT NULL GROUP BY 1, 2
    ) AS said
  ), stored AS (
    INSERT INTO usage_bitmaps (kind, value, first_leaf, leaves)
    SELECT kind, value, $1::bigint, rpad(bits, ${CHUNK_LEAVES}, '0')::varbit
    FROM counted, LATERAL (SELECT array_agg(place ORDER BY place) AS sorted FROM unnest(places) AS place) AS of_use, LATERAL (
      SELECT string_agg(repeat('0', sorted[n] - COALESCE(sorted[n - 1], -1) - 1) || '1', '' ORDER BY n) AS bits
      FROM generate_subscripts(sorted, 1) AS n
    ) AS written
    WHERE uses >= ${RARE_USES} OR NOT is_one_of_many
  )
  INSERT INTO usage_chunks (first_leaf, earliest, latest, unlisted)
  SELECT $1::bigint, min(timestamp), max(timestamp),
    ARRAY(SELECT DISTINCT kind FROM counted WHERE is_one_of_many AND uses < ${RARE_USES} ORDER BY kind)
  FROM use`;

/** Chunks of which no use is left. $1 the start of the oldest day that is kept. */
export const FORGET_CHUNKS = `
  WITH gone AS (
    DELETE FROM usage_chunks WHERE (latest < $1 OR latest IS NULL)
      AND first_leaf < (SELECT max(first_leaf) FROM usage_chunks) RETURNING first_leaf
  )
  DELETE FROM usage_bitmaps AS bitmap USING gone
  WHERE bitmap.first_leaf = gone.first_leaf
    AND bitmap.first_leaf BETWEEN (SELECT min(first_leaf) FROM gone) AND (SELECT max(first_leaf) FROM gone)`;
