import { setImmediate as turn } from 'node:timers/promises';
import { encodeFrontier, type Frontier, grow, HASH_BYTES, type TileAddition } from '#domain';

/** A tree that is to grow: what it must be before, and what it is then. */
export interface TreeGrowth {
  readonly before: Frontier;
  readonly after: Frontier;
  /** For the parameters of `growTree`, in their order. */
  readonly params: readonly unknown[];
}

/** @param leaves their hashes, one behind the other. */
export async function growthOf(before: Frontier, leaves: Buffer): Promise<TreeGrowth> {
  const additions: TileAddition[] = [];
  let after = before;
  for (let at = 0; at < leaves.length; at += TURN_BYTES) {
    if (at > 0) await turn();
    const { frontier, tiles } = grow(after, leaves.subarray(at, at + TURN_BYTES));
    additions.push(...tiles);
    after = frontier;
  }
  const tiles = joined(additions);
  const params = [
    before.size,
    encodeFrontier(before),
    after.size,
    encodeFrontier(after),
    tiles.map(({ level }) => level),
    tiles.map(({ index }) => index),
    tiles.map(({ offset }) => offset),
    tiles.map(({ hashes }) => hashes.length / HASH_BYTES),
    // In one piece: an array of them would be sent as text in hexadecimal digits.
    Buffer.concat(tiles.map(({ hashes }) => hashes)),
  ];
  return { before, after, params };
}

/** Those who verify keys in between wait half a millisecond. */
const TURN_BYTES = 512 * HASH_BYTES;

/** One piece a tile: a statement cannot add to the same row twice. */
function joined(additions: readonly TileAddition[]): TileAddition[] {
  const pieces = new Map<string, TileAddition[]>();
  for (const addition of additions) {
    const tile = `${addition.level}/${addition.index}`;
    pieces.set(tile, [...(pieces.get(tile) ?? []), addition]);
  }
  return [...pieces.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : { ...first, hashes: Buffer.concat([first, ...rest].map(({ hashes }) => hashes)) },
  );
}

/** How many parameters `growTree` takes. */
export const GROWTH_PARAMS = 9;

/**
 * Parts of a statement that adds entries to the log. `tree` is the lock: one row if the tree is as it was when the growth
 * was computed, and none otherwise; the statement does its work only for that row. `grown` and the tiles follow once
 * `condition`, a name of another part, has a row.
 * @param first the number of the first parameter.
 */
export function growTree(first: number, condition: string): { readonly lock: string; readonly growth: string } {
  const [size, frontier, newSize, newFrontier, levels, indexes, offsets, counts, hashes] = Array.from(
    { length: GROWTH_PARAMS },
    (_, at) => `$${first + at}`,
  );
  return {
    lock: `tree AS (SELECT id FROM audit_tree WHERE size = ${size} AND frontier = ${frontier} FOR UPDATE)`,
    growth: `
      grown AS (
        UPDATE audit_tree SET size = ${newSize}, frontier = ${newFrontier} WHERE EXISTS (SELECT FROM ${condition})
      ), tile AS (
        SELECT level, index, kept, substring(${hashes}::bytea
            FROM (32 * (sum(added) OVER (ORDER BY place) - added))::integer + 1 FOR added * 32) AS hashes
        FROM unnest(${levels}::smallint[], ${indexes}::bigint[], ${offsets}::integer[], ${counts}::integer[])
          WITH ORDINALITY AS t (level, index, kept, added, place)
        WHERE EXISTS (SELECT FROM ${condition})
      ), begun AS (
        INSERT INTO audit_tiles (level, index, hashes) SELECT level, index, hashes FROM tile WHERE kept = 0
        ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes
      ), continued AS (
        UPDATE audit_tiles AS old SET hashes = substring(old.hashes FOR tile.kept * 32) || tile.hashes
        FROM tile WHERE kept > 0 AND old.level = tile.level AND old.index = tile.index
      )`,
  };
}
