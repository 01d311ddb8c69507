import type { EntityManager } from 'typeorm';
import type { ErasurePiece } from '../erasure/erasure-part.js';
import { CHUNK_LEAVES } from './use-chunk.entity.js';
import { firstLeafOf, inChunk, NO_LEAVES } from './use-chunks.sql.js';

/** A use that a person was just taken out of, as it was before. */
interface FormerUse {
  readonly leaf: number | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Takes uses out of the bitmaps of their addresses and agents, in the transaction that took these out of the uses. */
export async function forgetInBitmaps(manager: EntityManager, uses: readonly FormerUse[]): Promise<void> {
  const placed = uses.filter(({ leaf, ip, userAgent }) => leaf !== null && (ip ?? userAgent) !== null);
  if (placed.length === 0) return;
  // Whoever is making bitmaps read these uses before: it is waited for, and whoever begins now sees what became of them.
  await manager.query('LOCK TABLE usage_bitmaps IN SHARE ROW EXCLUSIVE MODE');
  const params = [placed.map(({ leaf }) => leaf), placed.map(({ ip }) => ip), placed.map(({ userAgent }) => userAgent)];
  await manager.query(CLEAR, params);
  await manager.query(DELETE_EMPTY, params);
}

/** Chunks that are looked through at once. */
const PIECE = 64;

/**
 * Makes bitmaps of addresses and agents again that say something of uses of a person: whoever took these out of the uses
 * may have been of a release that knew of no bitmaps.
 *
 * @param after the first place of the last chunk that is done.
 */
export async function mendBitmaps(manager: EntityManager, userId: string, after: string | null): Promise<ErasurePiece> {
  const chunks = await manager.query<{ first: string }[]>(
    'SELECT first_leaf AS first FROM usage_chunks WHERE first_leaf > $1 ORDER BY first_leaf LIMIT $2',
    [after ?? -1, PIECE],
  );
  if (chunks.length === 0) return { redacted: 0, next: null };
  await manager.query('LOCK TABLE usage_bitmaps IN SHARE ROW EXCLUSIVE MODE');
  const [done] = await manager.query<{ mended: number }[]>(MEND, [userId, chunks.map(({ first }) => first)]);
  return {
    redacted: done?.mended ?? 0,
    next: chunks.length < PIECE ? null : String(chunks.at(-1)?.first),
  };
}

/** $1 places, $2 addresses, $3 agents. */
const FORMER = `
  unnest($1::bigint[], $2::text[], $3::text[]) AS use (leaf, ip, agent),
    LATERAL (VALUES ('address', ip), ('agent', agent)) AS said (kind, value)`;
const FIRST_LEAF = firstLeafOf('leaf');
const SAME = (other: string) =>
  `(bitmap.kind, bitmap.value, bitmap.first_leaf) = (${other}.kind, ${other}.value, ${other}.first_leaf)`;

const CLEAR = `
  UPDATE usage_bitmaps AS bitmap SET leaves = bitmap.leaves & ~ former.leaves
  FROM (
    SELECT kind, value, ${FIRST_LEAF} AS first_leaf,
      bit_or(set_bit(${NO_LEAVES}, (leaf % ${CHUNK_LEAVES})::integer, 1)) AS leaves
    FROM ${FORMER} WHERE value IS NOT NULL GROUP BY 1, 2, 3
  ) AS former
  WHERE ${SAME('former')}`;

const DELETE_EMPTY = `
  DELETE FROM usage_bitmaps AS bitmap USING (SELECT DISTINCT kind, value, ${FIRST_LEAF} AS first_leaf FROM ${FORMER}) AS former
  WHERE ${SAME('former')} AND bit_count(bitmap.leaves) = 0`;

const BITS = (first: string) => `bit_or(set_bit(${NO_LEAVES}, (leaf - ${first})::integer, 1))::varbit`;
const IN_CHUNK = inChunk('chunk.first_leaf');

/** $1 who, $2 first places of chunks. */
const MEND = `
  WITH theirs AS MATERIALIZED (
    SELECT first_leaf, leaves FROM usage_bitmaps
    WHERE kind = 'owner' AND value = $1::uuid::text AND first_leaf = ANY ($2::bigint[])
    UNION ALL
    SELECT chunk.first_leaf, ${BITS('chunk.first_leaf')} FROM usage_chunks AS chunk
    JOIN usage_events ON ${IN_CHUNK} AND timestamp >= chunk.earliest AND timestamp <= chunk.latest
    WHERE chunk.first_leaf = ANY ($2::bigint[]) AND 'owner' = ANY (chunk.unlisted) AND owner_id = $1::uuid
    GROUP BY chunk.first_leaf
  ), stale AS MATERIALIZED (
    SELECT DISTINCT kind, value, first_leaf FROM usage_bitmaps AS bitmap JOIN theirs USING (first_leaf)
    WHERE first_leaf = ANY ($2::bigint[]) AND kind IN ('address', 'agent') AND bit_count(bitmap.leaves & theirs.leaves) > 0
  ), stored AS MATERIALIZED (
    SELECT kind, value, chunk.first_leaf, ${BITS('chunk.first_leaf')} AS leaves
    FROM (SELECT DISTINCT first_leaf FROM stale) AS chunk JOIN usage_events ON ${IN_CHUNK},
      LATERAL (VALUES ('address', ip_address), ('agent', user_agent)) AS said (kind, value)
    WHERE (kind, value, chunk.first_leaf) IN (SELECT kind, value, first_leaf FROM stale) GROUP BY 1, 2, 3
  ), gone AS (
    DELETE FROM usage_bitmaps AS bitmap USING stale
    WHERE ${SAME('stale')} AND NOT EXISTS (SELECT FROM stored AS bitmap WHERE ${SAME('stale')}) RETURNING 1
  ), kept AS (
    UPDATE usage_bitmaps AS bitmap SET leaves = stored.leaves FROM stored
    WHERE ${SAME('stored')} AND bitmap.leaves <> stored.leaves RETURNING 1
  )
  SELECT ((SELECT count(*) FROM gone) + (SELECT count(*) FROM kept))::integer AS mended`;
