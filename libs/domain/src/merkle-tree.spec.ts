import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describeWithVectors, vectors } from '../../../test/support/vectors.js';
import { decodeFrontier, EMPTY_FRONTIER, encodeFrontier, type Frontier, grow, rootOf } from './merkle-frontier.js';
import { leafHash, type MerkleHash } from './merkle-hash.js';
import {
  consistencyRanges,
  hashOfRange,
  inclusionRanges,
  type LeafRange,
  nodesOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.js';
import { formatTilePath, nodeIn, parseTilePath, placeOf } from './merkle-tile.js';

const leavesOf = (size: number) => Array.from({ length: size }, (_, at) => leafHash(`entry ${at}`));
const LEAVES = leavesOf(1_500);

/** RFC 6962 §2.1, word for word. */
function recursiveRoot(leaves: readonly MerkleHash[]): MerkleHash {
  if (leaves.length === 0) return createHash('sha256').digest();
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const halves = [recursiveRoot(leaves.slice(0, split)), recursiveRoot(leaves.slice(split))];
  return createHash('sha256')
    .update(Buffer.concat([Buffer.of(1), ...halves]))
    .digest();
}

/** A tree with its tiles, grown in batches of these sizes. */
function grown(leaves: readonly Buffer[], batches: readonly number[] = [leaves.length]) {
  const tiles = new Map<string, Buffer>();
  let frontier: Frontier = EMPTY_FRONTIER;
  for (const count of batches) {
    const growth = grow(frontier, Buffer.concat(leaves.slice(frontier.size, frontier.size + count)));
    ({ frontier } = growth);
    for (const { level, index, offset, hashes } of growth.tiles) {
      const before = tiles.get(`${level}/${index}`) ?? Buffer.alloc(0);
      expect(before.length).toBe(offset * 32);
      tiles.set(`${level}/${index}`, Buffer.concat([before, hashes]));
    }
  }
  const hash = (range: LeafRange) =>
    hashOfRange(
      nodesOf(range).map((node) => {
        const place = placeOf(node);
        return nodeIn(tiles.get(`${place.level}/${place.index}`) ?? Buffer.alloc(0), place) ?? Buffer.alloc(0);
      }),
    );
  return { frontier, tiles, prove: (ranges: readonly LeafRange[]) => ranges.map(hash) };
}

const size = fc.integer({ min: 1, max: LEAVES.length });
const batches = fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 12 });

/** A copy with one bit of one hash changed, a hash left out, or one more. */
const alteration = fc.record({ what: fc.constantFrom('bit', 'less', 'more'), at: fc.nat(), bit: fc.nat(255) });
function altered(proof: readonly Buffer[], { what, at, bit }: { what: string; at: number; bit: number }): Buffer[] {
  const copy: Buffer[] = proof.map((hash) => Buffer.from(hash));
  const place = copy.length === 0 ? 0 : at % copy.length;
  if (what === 'less' && copy.length > 0) return copy.filter((_, other) => other !== place);
  const hash = copy[place];
  if (what === 'bit' && hash) hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  else copy.splice(place, 0, leafHash('one more'));
  return copy;
}

describe('a tree', () => {
  it('has the root of the recursive definition, in whatever batches it grew', () => {
    fc.assert(
      fc.property(batches, (counts) => {
        const { frontier } = grown(LEAVES, counts);
        expect(rootOf(frontier)).toEqual(recursiveRoot(LEAVES.slice(0, frontier.size)));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps in its tiles every hash that the tiles of C2SP have, whatever batches it grew in', () => {
    const leaves = Array.from({ length: 66_000 }, (_, at) => leafHash(`${at}`));
    const { tiles } = grown(leaves, [1, 255, 300, 65_000, 444]);
    expect(tiles.get('0/7')).toEqual(Buffer.concat(leaves.slice(7 * 256, 8 * 256)));
    expect(tiles.get('1/0')?.subarray(32, 64)).toEqual(recursiveRoot(leaves.slice(256, 512)));
    expect(tiles.get('1/1')).toEqual(recursiveRoot(leaves.slice(65_536, 65_792)));
    expect(tiles.get('2/0')).toEqual(recursiveRoot(leaves.slice(0, 65_536)));
    expect([...tiles.keys()].filter((key) => !/^[012]\//.test(key))).toEqual([]);
  });

  it('is read back from its size and peaks, and from no others', () => {
    fc.assert(
      fc.property(size, (count) => {
        const { frontier } = grown(LEAVES.slice(0, count));
        const bytes = encodeFrontier(frontier);
        expect(decodeFrontier(count, bytes)).toEqual(frontier);
        expect(decodeFrontier(count, bytes.subarray(32))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('proves every entry, and nothing with an altered proof', () => {
    fc.assert(
      fc.property(size, fc.nat(), alteration, (count, place, change) => {
        const leaves = LEAVES.slice(0, count);
        const at = place % count;
        const { frontier, prove } = grown(leaves);
        const proof = prove(inclusionRanges(at, count));
        const leaf = leaves[at] ?? Buffer.alloc(0);
        const root = rootOf(frontier);
        expect(verifyInclusion(leaf, at, count, proof, root)).toBe(true);
        expect(verifyInclusion(leaf, at, count, altered(proof, change), root)).toBe(false);
        expect(verifyInclusion(leafHash('another'), at, count, proof, root)).toBe(false);
        if (count > 1) expect(verifyInclusion(leaf, (at + 1) % count, count, proof, root)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('proves that it goes on from every tree it was, and nothing with an altered proof', () => {
    fc.assert(
      fc.property(size, fc.nat(), alteration, (count, earlier, change) => {
        const former = 1 + (earlier % count);
        const { frontier, prove } = grown(LEAVES.slice(0, count));
        const formerRoot = recursiveRoot(LEAVES.slice(0, former));
        const proof = prove(consistencyRanges(former, count));
        const root = rootOf(frontier);
        expect(verifyConsistency(former, count, proof, formerRoot, root)).toBe(true);
        expect(verifyConsistency(former, count, altered(proof, change), formerRoot, root)).toBe(false);
        expect(verifyConsistency(former, count, proof, leafHash('another'), root)).toBe(false);
        expect(verifyConsistency(former, count, proof, formerRoot, leafHash('another'))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the path of a tile', () => {
  it('is the one of C2SP tlog-tiles', () => {
    expect(formatTilePath({ level: 0, index: 1_234_067 })).toBe('tile/0/x001/x234/067');
    expect(formatTilePath({ level: 1, index: 5 }, 17)).toBe('tile/1/005.p/17');
  });

  it('is read back, and nothing else is', () => {
    const index = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), index, fc.integer({ min: 1, max: 256 }), (level, at, width) => {
        expect(parseTilePath(formatTilePath({ level, index: at }, width))).toEqual({ level, index: at, width });
      }),
    );
    for (const path of [
      'tile/0/1',
      'tile/0/x000/001',
      'tile/7/001',
      'tile/0/001.p/0',
      'tile/0/001.p/256',
      'tile/0/001/',
    ])
      expect(parseTilePath(path)).toBeUndefined();
  });
});

describeWithVectors('merkle-rfc6962')('the published vectors of RFC 6962', () => {
  interface Inclusion {
    leafIdx: number;
    treeSize: number;
    root: string;
    leafHash: string;
    proof: string[] | null;
    wantErr: boolean;
  }
  interface Consistency {
    size1: number;
    size2: number;
    root1: string;
    root2: string;
    proof: string[] | null;
    wantErr: boolean;
  }

  const FOLDER = join(vectors('merkle-rfc6962'), 'testdata');
  const bytes = (text: string) => Buffer.from(text, 'base64');
  function read<Vector>(folder: string): [name: string, vector: Vector][] {
    return readdirSync(join(FOLDER, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name, JSON.parse(readFileSync(join(FOLDER, folder, name), 'utf8')) as Vector]);
  }

  it('are all verified and refused as they should be, for inclusion', () => {
    const all = read<Inclusion>('inclusion');
    const wrong = all.filter(([, { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr }]) => {
      const holds = verifyInclusion(bytes(leaf), leafIdx, treeSize, (proof ?? []).map(bytes), bytes(root));
      return holds === wantErr;
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
    expect(all.length).toBeGreaterThan(80);
  });

  it('are all verified and refused as they should be, for consistency', () => {
    const all = read<Consistency>('consistency');
    const wrong = all.filter(([, { size1, size2, root1, root2, proof, wantErr }]) => {
      const holds = verifyConsistency(size1, size2, (proof ?? []).map(bytes), bytes(root1), bytes(root2));
      return holds === wantErr;
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
    expect(all.length).toBeGreaterThan(80);
  });
});
