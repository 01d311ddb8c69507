import { BITMAP_KINDS, type BitmapKind, CHUNK_LEAVES, PERSONAL_KINDS } from './use-chunk.entity.js';

export const NO_LEAVES = `'0'::bit(${CHUNK_LEAVES})`;

/** Of a row with a `leaf`: whether that is in the chunk with this first place. */
export const inChunk = (firstLeaf: string) => `leaf >= ${firstLeaf} AND leaf < ${firstLeaf} + ${CHUNK_LEAVES}`;

/** The first place of the chunk that a place is in. */
export const firstLeafOf = (leaf: string) => `${leaf} / ${CHUNK_LEAVES} * ${CHUNK_LEAVES}`;

/** Values of a kind in one chunk: with more of them, those that so few uses have get no bitmap. */
const VALUES_MAX = 500;
const RARE_USES = 32;

/**
 * The first place of the next chunk that is full, or no row: of the first that is missing, if some were deleted. Uses get
 * their places one transaction after the other: when one behind the chunk is there, all in it are.
 */
export const NEXT_CHUNK = `
  WITH next AS (
    SELECT LEAST(
      (SELECT ${firstLeafOf('min(leaf)')} FROM usage_events
        WHERE leaf < (SELECT COALESCE(min(first_leaf), ${2n ** 63n - 1n}) FROM usage_chunks)),
      (SELECT min(first_leaf) + ${CHUNK_LEAVES} FROM usage_chunks AS chunk WHERE NOT EXISTS (
        SELECT FROM usage_chunks AS other WHERE other.first_leaf = chunk.first_leaf + ${CHUNK_LEAVES}))) AS first_leaf
  )
  SELECT first_leaf::float8 AS "firstLeaf" FROM next
  WHERE (SELECT max(leaf) FROM usage_events) >= first_leaf + ${CHUNK_LEAVES}`;

/** What is left of a chunk that was deleted. $1 its first place. */
export const CLEAR_CHUNK = 'DELETE FROM usage_bitmaps WHERE first_leaf = $1';

/**
 * $1 the first place of a chunk. A bitmap is written as text, zeros up to each one: setting bits in it would copy all of it
 * for each of them.
 */
export const STORE_CHUNK = `
  WITH use AS MATERIALIZED (
    SELECT (leaf - $1::bigint)::integer AS place, timestamp, key_id, owner_id, outcome, ip_address, user_agent, endpoint,
      method
    FROM usage_events WHERE ${inChunk('$1::bigint')}
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

/**
 * What bitmaps say of a person goes with the oldest use of their chunk, and all of them go with the newest: from then on
 * nothing is known of these kinds. $1 the start of the oldest day that is kept.
 */
export const FORGET_BITMAPS = [forgetBitmaps('earliest', PERSONAL_KINDS), forgetBitmaps('latest', BITMAP_KINDS)];

function forgetBitmaps(time: 'earliest' | 'latest', kinds: readonly BitmapKind[]): string {
  const these = `'{${kinds.join()}}'::text[]`;
  return `
    WITH unlisting AS (
      UPDATE usage_chunks SET unlisted = ARRAY(SELECT DISTINCT unnest(unlisted || ${these}) ORDER BY 1)
      WHERE ${time} < $1 AND NOT unlisted @> ${these}
    )
    DELETE FROM usage_bitmaps
    WHERE first_leaf = ANY (ARRAY(SELECT first_leaf FROM usage_chunks WHERE ${time} < $1)) AND kind = ANY (${these})`;
}

/**
 * The oldest chunks, as far as no use is left in them. The newest says where the next one begins, and a gap would hide the
 * uses in it. $1 the start of the oldest day that is kept.
 */
export const FORGET_CHUNKS = `
  DELETE FROM usage_chunks WHERE first_leaf < (
    SELECT min(first_leaf) FROM usage_chunks AS chunk
    WHERE latest >= $1 OR first_leaf = (SELECT max(first_leaf) FROM usage_chunks) OR EXISTS (
      SELECT FROM usage_events WHERE ${inChunk('chunk.first_leaf')}))`;
