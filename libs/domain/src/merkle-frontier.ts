import { EMPTY_ROOT, HASH_BYTES, type MerkleHash, nodeHash } from './merkle-hash.js';
import { TILE_HEIGHT, TILE_WIDTH, type TileAddition } from './merkle-tile.js';

/** All that is needed of a tree to make it grow: the roots of the perfect subtrees it falls into, the largest first. */
export interface Frontier {
  /** How many leaves the tree has. */
  readonly size: number;
  readonly peaks: readonly MerkleHash[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

export interface Growth {
  readonly frontier: Frontier;
  /** What it adds to the tiles, at most one piece a tile. */
  readonly tiles: readonly TileAddition[];
}

/** Adds leaves at the end. */
export function grow(frontier: Frontier, leaves: readonly MerkleHash[]): Growth {
  const additions = new Additions();
  const peaks = [...frontier.peaks];
  let { size } = frontier;
  for (const leaf of leaves) {
    additions.add(0, size, leaf);
    let node = leaf;
    let height = 0;
    // Every perfect subtree that ends here takes the one of the same height before it.
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = nodeHash(peaks.pop() ?? EMPTY_ROOT, node);
      height += 1;
      if (height % TILE_HEIGHT === 0) additions.add(height / TILE_HEIGHT, (size + 1) / 2 ** height - 1, node);
    }
    peaks.push(node);
    size += 1;
  }
  return { frontier: { size, peaks }, tiles: additions.tiles };
}

/** The root of the tree, RFC 6962 §2.1. */
export function rootOf({ peaks }: Frontier): MerkleHash {
  return peaks.length === 0 ? EMPTY_ROOT : peaks.reduceRight((right, left) => nodeHash(left, right));
}

export function encodeFrontier({ peaks }: Frontier): Buffer {
  return Buffer.concat(peaks);
}

/** Undefined when there are not as many peaks as a tree of that size has. */
export function decodeFrontier(size: number, bytes: Buffer): Frontier | undefined {
  if (!Number.isSafeInteger(size) || size < 0 || bytes.length !== peakCount(size) * HASH_BYTES) return undefined;
  return { size, peaks: hashesIn(bytes) };
}

function peakCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

function hashesIn(bytes: Buffer): MerkleHash[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** Gathers the new hashes of each tile. */
class Additions {
  private readonly open = new Map<string, { level: number; index: number; offset: number; parts: MerkleHash[] }>();

  add(level: number, at: number, hash: MerkleHash): void {
    const index = Math.floor(at / TILE_WIDTH);
    const key = `${level}/${index}`;
    const tile = this.open.get(key);
    if (tile) tile.parts.push(hash);
    else this.open.set(key, { level, index, offset: at % TILE_WIDTH, parts: [hash] });
  }

  get tiles(): TileAddition[] {
    return [...this.open.values()].map(({ parts, ...tile }) => ({ ...tile, hashes: Buffer.concat(parts) }));
  }
}
