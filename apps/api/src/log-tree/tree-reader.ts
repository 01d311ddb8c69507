import {
  consistencyRanges,
  hashOfRange,
  inclusionRanges,
  type LeafRange,
  type MerkleHash,
  nodeIn,
  nodesOf,
  placeOf,
  type TileAddress,
} from '#domain';

/** Whatever answers SQL: a data source, a manager, the runner of the migrations. */
export interface Asks {
  query(sql: string, params?: unknown[]): Promise<unknown>;
}

/** Proofs out of the kept tiles; undefined where tiles are gone or too short. */
export async function inclusionProof(asks: Asks, leaf: number, size: number): Promise<MerkleHash[] | undefined> {
  return hashesOf(asks, inclusionRanges(leaf, size));
}

export async function consistencyProof(asks: Asks, former: number, size: number): Promise<MerkleHash[] | undefined> {
  return hashesOf(asks, consistencyRanges(former, size));
}

/** The root that the tree had when it had this size. */
export async function rootAt(asks: Asks, size: number): Promise<MerkleHash | undefined> {
  return (await hashesOf(asks, [{ from: 0, to: size }]))?.[0];
}

/** The hash of one leaf. */
export async function leafAt(asks: Asks, leaf: number): Promise<MerkleHash | undefined> {
  return (await hashesOf(asks, [{ from: leaf, to: leaf + 1 }]))?.[0];
}

/** Reads all the tiles it needs at once: a few rows however long the log is. */
async function hashesOf(asks: Asks, ranges: readonly LeafRange[]): Promise<MerkleHash[] | undefined> {
  const places = ranges.map((range) => nodesOf(range).map(placeOf));
  const tiles = await readTiles(asks, places.flat());
  const proof: MerkleHash[] = [];
  for (const nodes of places) {
    const hashes = nodes.map((place) => {
      const tile = tiles.get(nameOf(place));
      return tile && nodeIn(tile, place);
    });
    if (!hashes.every((hash) => hash !== undefined)) return undefined;
    proof.push(hashOfRange(hashes));
  }
  return proof;
}

/** By `level/index`; those that are not there are left out. */
export async function readTiles(asks: Asks, wanted: readonly TileAddress[]): Promise<Map<string, Buffer>> {
  const rows = (await asks.query(READ_TILES, [
    wanted.map(({ level }) => level),
    wanted.map(({ index }) => index),
  ])) as (TileAddress & { hashes: Buffer })[];
  return new Map(rows.map((row) => [nameOf(row), row.hashes]));
}

export function nameOf({ level, index }: TileAddress): string {
  return `${level}/${index}`;
}

const READ_TILES = `
  SELECT DISTINCT ON (level, index) level, index::float8 AS index, hashes
  FROM unnest($1::smallint[], $2::bigint[]) AS wanted (level, index) JOIN audit_tiles USING (level, index)`;
