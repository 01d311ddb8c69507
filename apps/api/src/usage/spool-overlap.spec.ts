import * as fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { EMPTY_FRONTIER, encodeFrontier, grow, leafOf, rootOf } from '#domain';
import { type Break, FailingDataSource } from '../../../../test/support/failing-data-source.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { openTestDatabase, type TestDatabase, truncateAll } from '../../../../test/support/test-database.js';
import { usageEvent } from '../../../../test/support/usage.js';
import { openDataSource } from '../database/data-source.js';
import { rootAt } from '../log-tree/tree-reader.js';
import { Spool } from './spool.js';
import { SpoolIngest } from './spool-ingest.js';
import { STORE_BATCH } from './store-batch.sql.js';
import { StoredUsageEvent } from './usage-event.entity.js';

const root = temporaryFolder();
let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [StoredUsageEvent], log: console });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});
beforeEach(() => truncateAll(dataSource));

/** Two spools, and two processes that store them, of which the connection of the first can break. */
class Scene {
  readonly written: readonly number[][] = [[], []];
  readonly unstorable: number[] = [];
  readonly rejected = new Set<number>();
  private readonly connection = new FailingDataSource(dataSource);
  private readonly processes = [this.connection.asDataSource(), dataSource].map(
    (source) =>
      new SpoolIngest(source, {
        rejected: (event) => Promise.resolve(void this.rejected.add(timeIn(event))),
        damaged: () => undefined,
      }),
  );

  private constructor(readonly spools: readonly Spool[]) {}

  /** A few uses a segment, and a segment a batch. */
  static async set(): Promise<Scene> {
    const limits = { bytesMax: 1e7, segmentBytes: 1_000 };
    return new Scene(await Promise.all([0, 1].map(() => Spool.create(root(), limits, () => undefined))));
  }

  /** Times tell which spool a use is of, and in which order they were written. */
  write(to: number, count: number, refused: number | null): void {
    for (let n = 0; n < count; n += 1) {
      const times = n === refused ? this.unstorable : this.written[to];
      const at = to * HOUR + (this.written[to]?.length ?? 0) + this.unstorable.length;
      times?.push(at);
      const spool = this.spools[to];
      spool?.append([spool.encode(usageEvent({ at, ...(n === refused && { keyId: 'no uuid' }) }))]);
    }
  }

  /** All of them at once. */
  async store(who: readonly Storing[], broken: Break | null = null): Promise<void> {
    this.connection.breakAt(broken);
    await Promise.allSettled(who.map(({ process, of }) => this.storeOne(process, of)));
    this.connection.breakAt(null);
  }

  async storeOne(process: number, of: number): Promise<number | undefined> {
    const { folder, end } = this.spools[of] as Spool;
    return this.processes[process]?.store(folder, end);
  }

  close(): void {
    for (const spool of this.spools) spool.close();
  }
}

interface Storing {
  readonly process: number;
  readonly of: number;
}

const HOUR = 3_600_000;
const timeIn = (event: Buffer) => (JSON.parse(event.toString()) as { at: number }).at;

/** The uses in the order of their places, each with the leaf that it should have. */
async function storedUses() {
  const rows = await dataSource.getRepository(StoredUsageEvent).find({ order: { leaf: 'ASC' } });
  expect(rows.map(({ leaf }) => Number(leaf))).toEqual(rows.map((_, place) => place));
  return rows.map(({ timestamp, salt, commitment, ipAddress: ip, ...row }) => {
    const at = timestamp.getTime();
    return { at, leaf: leafOf({ entry: { kind: 'use', ...row, at, ip }, salt, commitment }) ?? Buffer.alloc(0) };
  });
}

const broken = fc.option(
  fc.record({ statement: fc.integer({ min: 1, max: 9 }), when: fc.constantFrom('before' as const, 'after' as const) }),
);
const writing = fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 1, max: 12 }), fc.option(fc.nat(11)));
/** Two processes at one spool, one at two spools with one tree in mind, or all of that. */
const storing = fc.subarray<Storing>(
  [
    { process: 0, of: 0 },
    { process: 1, of: 0 },
    { process: 0, of: 1 },
  ],
  { minLength: 1 },
);
const round = fc.record({ written: fc.array(writing, { minLength: 1, maxLength: 4 }), who: storing, broken });

describe('a batch that is prepared while the one before is on its way', () => {
  it('is stored once, in its order and in the tree that there is then, or else not at all', async () => {
    const play = async (rounds: (typeof round extends fc.Arbitrary<infer R> ? R : never)[]) => {
      await truncateAll(dataSource);
      const scene = await Scene.set();
      for (const { written, who, broken: at } of rounds) {
        for (const [to, count, refused] of written) scene.write(to, count, refused);
        await scene.store(who, at);
      }
      for (const [of, spool] of scene.spools.entries()) expect(await scene.storeOne(0, of)).toBe(spool.end);
      scene.close();

      const uses = await storedUses();
      for (const [of, times] of scene.written.entries())
        expect(uses.map(({ at }) => at).filter((at) => Math.floor(at / HOUR) === of)).toEqual(times);
      expect([...scene.rejected].sort((a, b) => a - b)).toEqual([...scene.unstorable].sort((a, b) => a - b));
      const { frontier } = grow(EMPTY_FRONTIER, Buffer.concat(uses.map(({ leaf }) => leaf)));
      const [tree] = await dataSource.query<unknown[]>('SELECT size::integer AS size, frontier FROM audit_tree');
      expect(tree).toEqual({ size: uses.length, frontier: encodeFrontier(frontier) });
      if (uses.length > 0) expect(await rootAt(dataSource, uses.length)).toEqual(rootOf(frontier));
    };
    await fc.assert(fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), play), { numRuns: 12 });
  });
});

const WRITTEN = 'SELECT pg_current_wal_insert_lsn()::text AS lsn';
const IS_FLUSHED = 'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS "isFlushed"';

describe('the position that storing answers with', () => {
  it('is told once the disk of the database has it, though no batch waited for that', async () => {
    const scene = await Scene.set();
    scene.write(0, 12, null);
    const ask = dataSource.query.bind(dataSource);
    const written: string[] = [];
    const spy = jest.spyOn(dataSource, 'query').mockImplementation(async (...asked) => {
      const answer: unknown = await ask(...asked);
      const [sql, , runner] = asked;
      if (sql === STORE_BATCH)
        written.push(...(await ask<{ lsn: string }[]>(WRITTEN, [], runner)).map(({ lsn }) => lsn));
      return answer;
    });
    expect(await scene.storeOne(1, 0)).toBe(scene.spools[0]?.end);
    spy.mockRestore();
    expect(written.length).toBeGreaterThan(1);
    expect(await ask(IS_FLUSHED, [written.at(-1)])).toEqual([{ isFlushed: true }]);
    scene.close();
  });
});
