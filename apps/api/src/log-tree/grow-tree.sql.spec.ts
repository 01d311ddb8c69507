import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { EMPTY_FRONTIER, encodeFrontier, grow, HASH_BYTES } from '#domain';
import { growthOf } from './grow-tree.sql.js';

const leaves = Buffer.concat(Array.from({ length: 4_000 }, (_, n) => createHash('sha256').update(String(n)).digest()));
const from = (first: number, count: number) => leaves.subarray(first * HASH_BYTES, (first + count) * HASH_BYTES);

describe('what a tree grows by', () => {
  it('is the same in one turn of the event loop and in several, one piece a tile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 1_000 }), fc.nat({ max: 3_000 }), async (size, count) => {
        const { frontier: before } = grow(EMPTY_FRONTIER, from(0, size));
        const { frontier, tiles } = grow(before, from(size, count));
        const { after, params } = await growthOf(before, from(size, count));
        expect(encodeFrontier(after)).toEqual(encodeFrontier(frontier));
        expect(after.size).toBe(frontier.size);
        expect(piecesIn(params)).toEqual(
          new Map(tiles.map(({ level, index, offset, hashes }) => [`${level}/${index} from ${offset}`, hashes])),
        );
      }),
      { numRuns: 20 },
    );
  });
});

/** What the statement makes of its parameters: each tile with what is added to it. */
function piecesIn(params: readonly unknown[]): Map<string, Buffer> {
  const [levels, indexes, offsets, counts] = params.slice(4, 8) as number[][];
  const hashes = params[8] as Buffer;
  let end = 0;
  const pieces = (counts ?? []).map((count, n): [string, Buffer] => {
    const start = end;
    end += count * HASH_BYTES;
    return [`${levels?.[n]}/${indexes?.[n]} from ${offsets?.[n]}`, hashes.subarray(start, end)];
  });
  expect(end).toBe(hashes.length);
  expect(new Set(pieces.map(([tile]) => tile)).size).toBe(pieces.length);
  return new Map(pieces);
}
