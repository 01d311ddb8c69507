import type { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import type { LogPlan } from './log-plan.js';
import { LATE_USES_MS } from './log-sealing.js';
import { CHUNK_LEAVES } from './use-chunk.entity.js';
import { type Criterion, criteriaOf, sayAll } from './use-criteria.js';
import { boundsOf, KEPT_DAYS } from './use-hours.js';
import { withMatching } from './use-matches.sql.js';

/** A chunk in which uses may match. Times in milliseconds since the epoch. */
export interface FoundChunk {
  readonly earliest: number;
  readonly latest: number;
  /** The only places in which a use may match; null: so many that its time says more. */
  readonly leaves: readonly number[] | null;
}

/** What is known of uses that are in chunks, for one question. */
export interface ChunkSearch {
  readonly criteria: readonly Criterion[];
  /** Whether a use that fulfils these matches, if its time does. */
  readonly isAll: boolean;
  /** The uses from this place on are in no chunk. */
  readonly end: number;
}

/** Some of the chunks, the newest first. */
export interface ChunkStretch {
  readonly found: readonly FoundChunk[];
  /** Where the next ones begin; null: there are none. */
  readonly next: ChunkPlace | null;
}

export interface ChunkPlace {
  /** No use in the next ones is newer. */
  readonly latest: number;
  readonly firstLeaf: number;
}

/** How many uses in chunks match. */
export interface ChunkCount {
  /** In those of which bitmaps say it. */
  readonly uses: number;
  /** In these it has to be read. */
  readonly open: readonly OpenChunk[];
  /** False: of many values, only the newest chunks were counted. */
  readonly isAll: boolean;
}

/** A chunk that is not of the time that is asked for only, or of which not all values are known. */
export interface OpenChunk {
  readonly firstLeaf: number;
  readonly earliest: number;
  readonly latest: number;
}

/** With more places than that, a chunk is read by its time. */
const SINGLE_LEAVES_MAX = 256;
/** So many bitmaps are counted at most: to unpack one takes up to 5 µs. */
const COUNTED_BITMAPS_MAX = 8_000;
/** Uses that are in no chunk are read one by one, for as long as they are no more than that. */
const REST_MAX = 8 * CHUNK_LEAVES;

/**
 * Finds uses that match several filters at once. For a chunk of the log it is known, of each value, which uses have it: the
 * bits of all that is asked for, put together, leave those that match. Each may be true of millions of uses and of hardly
 * one together, and no index would say so.
 */
export class UseChunks {
  #areAllPlaced = false;
  #completeFrom: number | undefined;

  readonly #asked = new WeakMap<LogPlan, Promise<ChunkSearch | undefined>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly countedBitmapsMax = COUNTED_BITMAPS_MAX,
  ) {}

  /** Undefined where chunks have nothing to say: not of what is asked for, or not yet. Found out once for a plan. */
  search(plan: LogPlan): Promise<ChunkSearch | undefined> {
    const asked = this.#asked.get(plan) ?? this.#search(plan);
    this.#asked.set(plan, asked);
    return asked;
  }

  async #search({ filter, search }: LogPlan): Promise<ChunkSearch | undefined> {
    const [known] = await this.dataSource.query<KnownRow[]>(KNOWN);
    if (known?.end == null || known.rest > REST_MAX) return undefined;
    if ((await this.#hasUnplaced(known)) || (await this.#hasGap(known))) return undefined;
    const stored = await this.#stored([...(filter.addresses ?? []), ...(search?.addresses ?? [])]);
    const criteria = criteriaOf(filter, search, (wanted) => wanted.filter((each) => stored.includes(each)));
    return criteria.length === 0 ? undefined : { criteria, isAll: sayAll(filter, search), end: known.end };
  }

  /** Whether there are uses of before the tree that have no place yet; once there can be no more, nobody asks again. */
  async #hasUnplaced({ can_change: canChange }: KnownRow): Promise<boolean> {
    if (this.#areAllPlaced) return false;
    const unplaced = await this.dataSource.query<unknown[]>(UNPLACED);
    this.#areAllPlaced = unplaced.length === 0 && !canChange;
    return unplaced.length > 0;
  }

  /** Whether a chunk is missing in which uses may be. Before one that was the first, no uses come. */
  async #hasGap({ start, end, chunks }: KnownRow): Promise<boolean> {
    if (start + chunks * CHUNK_LEAVES !== end) return true;
    if (start === this.#completeFrom) return false;
    const before = await this.dataSource.query<unknown[]>(BEFORE, [start]);
    if (before.length === 0) this.#completeFrom = start;
    return before.length > 0;
  }

  /** Those that any use has. A statement about uses of any time is planned for each day there is: it is not asked in vain. */
  async #stored(addresses: readonly string[]): Promise<readonly string[]> {
    if (addresses.length === 0) return [];
    const rows = await this.dataSource.query<{ form: string }[]>(STORED, [addresses]);
    return rows.map(({ form }) => form);
  }

  /**
   * @param to only chunks with uses older than this.
   * @param limit how many chunks at most.
   */
  async find(
    { filter }: LogPlan,
    search: ChunkSearch,
    to: number,
    from: ChunkPlace | null,
    limit: number,
  ): Promise<ChunkStretch> {
    const params: unknown[] = [];
    const bind = (value: unknown) => `$${params.push(value)}`;
    const { first } = boundsOf(filter);
    const conditions = [`earliest < ${bind(new Date(to))}`];
    if (first) conditions.push(`latest >= ${bind(first)}`);
    if (from) conditions.push(`(latest, first_leaf) <= (${bind(new Date(from.latest))}, ${bind(from.firstLeaf)})`);
    const chunk = `
      SELECT *, row_number() OVER (ORDER BY latest DESC, first_leaf DESC) AS place FROM usage_chunks
      WHERE ${conditions.join(' AND ')} ORDER BY latest DESC, first_leaf DESC LIMIT ${limit + 1}`;
    const sql = `
      ${withMatching(chunk, search.criteria, bind)}
      SELECT first_leaf::float8 AS first_leaf, ${MS('earliest')} AS earliest, ${MS('latest')} AS latest, place, uses,
        CASE WHEN uses BETWEEN 1 AND ${SINGLE_LEAVES_MAX} THEN varbit_send(leaves) END AS leaves
      FROM matching, LATERAL (SELECT bit_count(leaves)::float8 AS uses) AS counted
      WHERE uses > 0 OR place = ${limit + 1} ORDER BY place`;
    const rows = await allowingTime(() => this.dataSource.query<ChunkRow[]>(sql, params));
    const last = rows.at(-1);
    const next = last && Number(last.place) > limit ? last : undefined;
    return {
      found: rows.filter((row) => row !== next && row.uses > 0).map(foundChunk),
      next: next ? { latest: Number(next.latest), firstLeaf: next.first_leaf } : null,
    };
  }

  /** @param search of which the criteria are all that is asked of a use. */
  async count({ filter }: LogPlan, { criteria }: ChunkSearch): Promise<ChunkCount> {
    const params: unknown[] = [];
    const bind = (value: unknown) => `$${params.push(value)}`;
    const { first, last } = boundsOf(filter);
    const [from, to] = [`GREATEST(${bind(first)}::timestamptz, (${OLDEST_DAY}))`, `${bind(last)}::timestamptz`];
    const values = criteria.reduce((sum, wanted) => sum + wanted.length, 0);
    const limit = Math.max(1, Math.floor(this.countedBitmapsMax / Math.max(1, values)));
    const chunk = `
      SELECT *, earliest >= ${from} AND latest <= COALESCE(${to}, latest) AS is_within FROM usage_chunks
      WHERE latest >= ${from} AND earliest <= COALESCE(${to}, earliest) ORDER BY latest DESC, first_leaf DESC LIMIT ${limit}`;
    const sql = `
      ${withMatching(chunk, criteria, bind)}
      SELECT (SELECT count(*) FROM chunk) < ${limit} AS "isAll",
        COALESCE(sum(uses) FILTER (WHERE NOT is_read), 0)::float8 AS uses,
        COALESCE(json_agg(json_build_object('firstLeaf', first_leaf, 'earliest', ${MS('earliest')}, 'latest', ${MS('latest')}))
          FILTER (WHERE is_read), '[]') AS open
      FROM (
        SELECT *, is_open OR NOT is_within AS is_read, bit_count(leaves) AS uses FROM matching OFFSET 0
      ) AS counted WHERE uses > 0`;
    const [counted] = await allowingTime(() => this.dataSource.query<ChunkCount[]>(sql, params));
    return counted ?? { isAll: true, uses: 0, open: [] };
  }
}

interface KnownRow {
  readonly start: number;
  readonly end: number | null;
  readonly chunks: number;
  readonly rest: number;
  /** Whether uses without a place may still come. */
  readonly can_change: boolean;
}

const KNOWN = `
  SELECT start::float8 AS start, "end"::float8 AS end, chunks::float8 AS chunks, (size - "end")::float8 AS rest,
    now() < opened_at + make_interval(secs => ${(2 * LATE_USES_MS) / 1000}) AS can_change
  FROM audit_tree, (
    SELECT min(first_leaf) AS start, max(first_leaf) + ${CHUNK_LEAVES} AS "end", count(*) AS chunks FROM usage_chunks
  ) AS known`;

const UNPLACED = `SELECT FROM usage_events WHERE leaf IS NULL LIMIT 1`;

/** $1 a place. */
const BEFORE = 'SELECT FROM usage_events WHERE leaf < $1 LIMIT 1';

/** $1 addresses. */
const STORED = `
  SELECT DISTINCT form FROM unnest($1::text[]) AS form
  WHERE EXISTS (SELECT FROM usage_events WHERE ip_address = form)`;

interface ChunkRow {
  readonly first_leaf: number;
  readonly earliest: string;
  readonly latest: string;
  readonly uses: number;
  readonly leaves: Buffer | null;
  readonly place: string;
}

const MS = (time: string) => `floor(extract(epoch FROM ${time}) * 1000)::bigint`;

const OLDEST_DAY = `SELECT min(day) FROM (${KEPT_DAYS}) AS kept`;

function foundChunk({ first_leaf: first, earliest, latest, leaves }: ChunkRow): FoundChunk {
  return {
    earliest: Number(earliest),
    latest: Number(latest),
    leaves: leaves && placesIn(leaves.subarray(BIT_COUNT_BYTES)).map((place) => first + place),
  };
}

/** PostgreSQL says first how many bits there are. */
const BIT_COUNT_BYTES = 4;

/** The first bit of a byte is its highest. */
function placesIn(bits: Buffer): number[] {
  const places: number[] = [];
  for (const [at, byte] of bits.entries())
    for (let bit = 0; byte !== 0 && bit < 8; bit += 1) if (byte & (0x80 >> bit)) places.push(at * 8 + bit);
  return places;
}
