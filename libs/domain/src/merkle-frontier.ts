import { EMPTY_ROOT, HASH_BYTES, type MerkleHash, nodeHash, parentsOf } from './merkle-hash.js';
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

/**
 * Adds leaves at the end, level by level: whatever is new in one is hashed two by two into what is new in the next.
 * @param leaves their hashes, one behind the other.
 */
export function grow(frontier: Frontier, leaves: Buffer): Growth {
  const tiles: TileAddition[] = [];
  const peaks = [...frontier.peaks];
  const newPeaks: MerkleHash[] = [];
  let [first, added] = [frontier.size, leaves];
  for (let height = 0; added.length > 0; height += 1) {
    if (height % TILE_HEIGHT === 0) tiles.push(...additionsTo(height / TILE_HEIGHT, first, added));
    // A peak of this height is the left neighbour that the first new node was waiting for.
    const row = first % 2 === 1 ? Buffer.concat([peaks.pop() ?? EMPTY_ROOT, added]) : added;
    if ((row.length / HASH_BYTES) % 2 === 1) newPeaks.unshift(Buffer.from(row.subarray(-HASH_BYTES)));
    [first, added] = [Math.floor(first / 2), parentsOf(row)];
  }
  const size = frontier.size + leaves.length / HASH_BYTES;
  return { frontier: { size, peaks: [...peaks, ...newPeaks] }, tiles };
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

/** What hashes from the place `first` of a level on add to each of its tiles. */
function additionsTo(level: number, first: number, hashes: Buffer): TileAddition[] {
  const additions: TileAddition[] = [];
  const end = first + hashes.length / HASH_BYTES;
  for (let at = first; at < end;) {
    const index = Math.floor(at / TILE_WIDTH);
    const next = Math.min((index + 1) * TILE_WIDTH, end);
    const added = hashes.subarray((at - first) * HASH_BYTES, (next - first) * HASH_BYTES);
    additions.push({ level, index, offset: at % TILE_WIDTH, hashes: added });
    at = next;
  }
  return additions;
}
