import type { EntityManager } from 'typeorm';
import { CHUNK_LEAVES } from './use-chunk.entity.js';
import { NO_LEAVES } from './use-chunks.sql.js';

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

/** $1 places, $2 addresses, $3 agents. */
const FORMER = `
  unnest($1::bigint[], $2::text[], $3::text[]) AS use (leaf, ip, agent),
    LATERAL (VALUES ('address', ip), ('agent', agent)) AS said (kind, value)`;
const FIRST_LEAF = `leaf / ${CHUNK_LEAVES} * ${CHUNK_LEAVES}`;

const CLEAR = `
  UPDATE usage_bitmaps AS bitmap SET leaves = bitmap.leaves & ~ former.leaves
  FROM (
    SELECT kind, value, ${FIRST_LEAF} AS first_leaf,
      bit_or(set_bit(${NO_LEAVES}, (leaf % ${CHUNK_LEAVES})::integer, 1)) AS leaves
    FROM ${FORMER} WHERE value IS NOT NULL GROUP BY 1, 2, 3
  ) AS former
  WHERE (bitmap.kind, bitmap.value, bitmap.first_leaf) = (former.kind, former.value, former.first_leaf)`;

const DELETE_EMPTY = `
  DELETE FROM usage_bitmaps AS bitmap USING (SELECT DISTINCT kind, value, ${FIRST_LEAF} AS first_leaf FROM ${FORMER}) AS former
  WHERE (bitmap.kind, bitmap.value, bitmap.first_leaf) = (former.kind, former.value, former.first_leaf)
    AND bit_count(bitmap.leaves) = 0`;
