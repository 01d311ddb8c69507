import { HASH_BYTES, type MerkleHash, parentsOf } from './merkle-hash.js';

// Tiles of C2SP tlog-tiles: level 0 holds the hashes of leaves, every level above the roots of whole tiles of the level
// below, 256 of them a tile. The last tile of a level may be partial. A proof reads a few tiles however long the log is.

/** How many levels of the tree one level of tiles stands for. */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;
/** Levels of tiles that a log can ever have. */
const LEVEL_MAX = 6;
const INDEX_MAX = 2 ** 53;

export interface TileAddress {
  readonly level: number;
  readonly index: number;
}

/** Hashes to be put at the end of a tile, which has `offset` of them so far. */
export interface TileAddition extends TileAddress {
  readonly offset: number;
  readonly hashes: Buffer;
}

/** A node of the tree: the root of the perfect subtree over the leaves from `index * 2^height` on, `2^height` of them. */
export interface TreeNode {
  readonly height: number;
  readonly index: number;
}

/** The tile a node is computed from, and which of its hashes: `count` of them from the one at `first` on. */
export interface NodePlace extends TileAddress {
  readonly first: number;
  readonly count: number;
}

export function placeOf({ height, index }: TreeNode): NodePlace {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const at = index * count;
  return { level, index: Math.floor(at / TILE_WIDTH), first: at % TILE_WIDTH, count };
}

/** The hash of a node, out of the tile that `placeOf` names; undefined when the tile does not reach as far. */
export function nodeIn(tile: Buffer, { first, count }: NodePlace): MerkleHash | undefined {
  if (tile.length < (first + count) * HASH_BYTES) return undefined;
  let hashes = tile.subarray(first * HASH_BYTES, (first + count) * HASH_BYTES);
  while (hashes.length > HASH_BYTES) hashes = parentsOf(hashes);
  return hashes;
}

/** The tiles above the lowest level that begin with this leaf, the highest first, as far as a log of `size` has them. */
export function upperTilesAt(leaf: number, size: number): TileAddress[] {
  const tiles: TileAddress[] = [];
  for (let level = 1; leaf + TILE_WIDTH ** level <= size && leaf % TILE_WIDTH ** (level + 1) === 0; level += 1)
    tiles.unshift({ level, index: leaf / TILE_WIDTH ** (level + 1) });
  return tiles;
}

/** The hash at a place of a tile. */
export function hashAt(tile: Buffer, at: number): MerkleHash {
  return tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}

/** `tile/0/x001/x234/067`, and `.p/17` behind it for a tile that holds 17 hashes only. */
export function formatTilePath({ level, index }: TileAddress, width = TILE_WIDTH): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Undefined for whatever `formatTilePath` does not make. */
export function parseTilePath(path: string): (TileAddress & { readonly width: number }) | undefined {
  const [, level, groups, partial] = PATH.exec(path) ?? [];
  if (level === undefined || groups === undefined) return undefined;
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const address = { level: Number(level), index: Number(groups.replace(/[x/]/g, '')), width };
  const isTile = address.level <= LEVEL_MAX && address.index < INDEX_MAX && width >= 1 && width <= TILE_WIDTH;
  return isTile && formatTilePath(address, width) === path ? address : undefined;
}

const PATH = /^tile\/(\d)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/;
