import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { type Break, FailingDataSource } from '../../../../test/support/failing-data-source.js';
import { eventually } from '../../../../test/support/eventually.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { KEY, SECRET, usageEvent, WHOLE_ADDRESSES } from '../../../../test/support/usage.js';
import { ManualClock } from '#domain';
import { openTestDatabase, type TestDatabase, truncateAll } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { isTimeAllowed } from '../database/statement-time.js';
import { KeyUsage } from './key-usage.entity.js';
import { SpoolFolder } from './spool-folder.js';
import { SpoolIngest } from './spool-ingest.js';
import { Spool } from './spool.js';
import { keptBeside } from './unstorable.js';
import { StoredUsageEvent } from './usage-event.entity.js';
import { UsageIngest } from './usage-ingest.js';
import { UsageRecorder } from './usage-recorder.js';
import { UsageSpool } from './usage-spool.entity.js';
import { UsageTotals } from './usage-totals.js';
import { UseCounting } from './use-counting.js';

const root = temporaryFolder();
let database: TestDatabase;
let dataSource: DataSource;
let failing: FailingDataSource;

beforeAll(async () => {
  database = await openTestDatabase();
  const entities = [StoredUsageEvent, KeyUsage, UsageSpool];
  dataSource = await openDataSource({ ...database.settings, entities, log: console });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});
beforeEach(async () => {
  for (const level of ['warn', 'error'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  await truncateAll(dataSource);
  failing = new FailingDataSource(dataSource);
});
afterEach(() => jest.restoreAllMocks());

/** One run of the product, as far as usage goes. */
async function start() {
  const spool = await Spool.create(root(), { bytesMax: 10_000_000, segmentBytes: 3000 }, () => undefined);
  const recorder = new UsageRecorder(spool, 'drop', new ManualClock(0), WHOLE_ADDRESSES);
  const ingest = new UsageIngest(
    new SpoolIngest(failing.asDataSource(), keptBeside(dirname(spool.folder.path))),
    spool,
    recorder,
  );
  return { spool, recorder, ingest };
}

/** What kill -9 leaves: the files, half a write at their end, and a lock that nobody holds. */
async function kill({ spool: { folder } }: { spool: Spool }, torn: string) {
  appendFileSync(folder.segment((await folder.starts()).at(-1) ?? 0), torn);
  rmSync(join(folder.path, 'lock'));
}

const stored = async () => {
  const rows = await dataSource.getRepository(StoredUsageEvent).find({ order: { timestamp: 'ASC' } });
  return rows.map(({ timestamp }) => timestamp.getTime());
};
const usageCount = async () => (await new UsageTotals(dataSource).forKeys([KEY])).get(KEY)?.get(SECRET)?.usageCount;

describe('usage', () => {
  it('is in the database after a shutdown, which leaves no file and no row of the spool', async () => {
    const { recorder, ingest } = await start();
    recorder.record(usageEvent({ at: 1 }));
    await ingest.onApplicationShutdown();
    expect(await stored()).toEqual([1]);
    expect(readdirSync(root())).toEqual([]);
    expect(await dataSource.getRepository(UsageSpool).count()).toBe(0);
  });

  it('waits in the spool while the database is away, and is stored when it is back', async () => {
    const { recorder, ingest } = await start();
    recorder.record(usageEvent({ at: 1 }));
    failing.breakAt({ statement: 1, when: 'before' });
    await expect(ingest.drain()).rejects.toThrow();
    recorder.record(usageEvent({ at: 2 }));
    await ingest.drain();
    expect(await stored()).toEqual([1, 2]);
    await ingest.onApplicationShutdown();
  });

  it('has the time of long work once it was not stored in that of a request, and no longer than until it is', async () => {
    const { recorder, ingest } = await start();
    jest.spyOn(UseCounting.prototype, 'count').mockResolvedValue();
    const allowed: boolean[] = [];
    jest.spyOn(failing, 'query').mockImplementation((...asked) => {
      allowed.push(isTimeAllowed());
      return allowed.length === 1 ? Promise.reject(new Error('cut off')) : dataSource.query(...asked);
    });
    const store = (at: number) => {
      recorder.record(usageEvent({ at }));
      return ingest.drain();
    };
    await expect(store(1)).rejects.toThrow('cut off');
    expect(allowed.splice(1)).toEqual([]);
    await store(2);
    expect(new Set(allowed.splice(1))).toEqual(new Set([true]));
    await store(3);
    expect(new Set(allowed.splice(1))).toEqual(new Set([false]));
    expect(await stored()).toEqual([1, 2, 3]);
    await ingest.onApplicationShutdown();
  });

  it('is stored and leaves the spool while counting it fails, which is told as that, and is counted by the next round', async () => {
    const { spool, recorder, ingest } = await start();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const counting = jest.spyOn(UseCounting.prototype, 'count').mockRejectedValue(new Error('lock timeout'));
    recorder.record(usageEvent({ at: 1 }));
    await expect(ingest.drain()).rejects.toThrow('lock timeout');
    expect([spool.pendingBytes, ingest.lagMs, await stored()]).toEqual([0, 0, [1]]);

    ingest.onApplicationBootstrap();
    await eventually('the log says so', () => warn.mock.calls.length > 0);
    expect(warn.mock.calls).toEqual([['Usage that is stored waits to be counted by key: Error: lock timeout']]);
    counting.mockRestore();
    await eventually('it is counted', async () => (await usageCount()) === 1);
    await ingest.onApplicationShutdown();
  });

  it('lets go of its spool at the end even when it cannot be counted, and is counted by the next process', async () => {
    const first = await start();
    const counting = jest.spyOn(UseCounting.prototype, 'count').mockRejectedValue(new Error('lock timeout'));
    first.recorder.record(usageEvent({ at: 1 }));
    await first.ingest.onApplicationShutdown();
    expect([readdirSync(root()), await stored()]).toEqual([[], [1]]);
    counting.mockRestore();
    await (await start()).ingest.onApplicationShutdown();
    expect(await usageCount()).toBe(1);
  });

  it('is left to the next process by one that shuts down without a database', async () => {
    const first = await start();
    first.recorder.record(usageEvent({ at: 1 }));
    failing.breakAt({ statement: 1, when: 'before' });
    await first.ingest.onApplicationShutdown();
    const second = await start();
    await second.ingest.storeInherited();
    expect(await stored()).toEqual([1]);
    await second.ingest.onApplicationShutdown();
    expect(readdirSync(root())).toEqual([]);
  });

  it('is not taken from a process that is alive', async () => {
    const [one, other] = [await start(), await start()];
    one.recorder.record(usageEvent({ at: 1 }));
    one.recorder.flush();
    await other.ingest.storeInherited();
    expect(await stored()).toEqual([]);
    await one.ingest.onApplicationShutdown();
    await other.ingest.onApplicationShutdown();
    expect(await stored()).toEqual([1]);
  });

  it('of earlier processes counts towards the limit until it is stored', async () => {
    const first = await start();
    first.recorder.record(usageEvent());
    first.recorder.flush();
    const size = first.spool.end;
    await kill(first, '');
    const second = await start();
    failing.breakAt({ statement: 1, when: 'before' });
    await expect(second.ingest.storeInherited()).rejects.toThrow();
    expect(second.spool.inheritedBytes).toBe(size);
    await second.ingest.storeInherited();
    expect(second.spool.inheritedBytes).toBe(0);
    await second.ingest.onApplicationShutdown();
  });

  describe.each(['before', 'after'] as const)('of an earlier process, when the connection breaks %s', (when) => {
    it.each([1, 2, 3, 4, 5])('statement %i takes effect, is stored once all the same', async (statement) => {
      const first = await start();
      first.recorder.record(usageEvent({ at: 1 }));
      first.recorder.flush();
      await kill(first, '');
      const second = await start();
      failing.breakAt({ statement, when });
      await expect(second.ingest.storeInherited()).rejects.toThrow('the connection broke');
      await second.ingest.storeInherited();
      await second.ingest.onApplicationShutdown();
      expect(await stored()).toEqual([1]);
      expect(readdirSync(root())).toEqual([]);
    });
  });

  const broken = fc.option(
    fc.record({
      statement: fc.integer({ min: 1, max: 8 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  );
  const step = fc.oneof(
    fc.record({ does: fc.constant('record' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ does: fc.constant('ingest' as const), broken }),
    fc.record({ does: fc.constant('inherit' as const), broken, keepsFiles: fc.boolean() }),
    fc.record({ does: fc.constant('die' as const), torn: fc.constantFrom('', 'x', '0badbeef {"at":1') }),
  );

  it('is stored exactly once, in whatever order processes record, die and start and the database goes and comes', async () => {
    const run = async (steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) => {
      await truncateAll(dataSource);
      let recorded = 0;
      let process = await start();
      const attempt = async (work: () => Promise<void>, at: Break | null) => {
        failing.breakAt(at);
        await work().catch(() => undefined);
        failing.breakAt(null);
      };
      for (const next of steps) {
        if (next.does === 'record') {
          for (let n = 0; n < next.count; n += 1) process.recorder.record(usageEvent({ at: (recorded += 1) }));
          process.recorder.flush();
        }
        if (next.does === 'ingest') await attempt(() => process.ingest.drain(), next.broken);
        if (next.does === 'inherit') {
          // The process dies after it has stored a spool and before it has removed it.
          if (next.keepsFiles) jest.spyOn(SpoolFolder.prototype, 'remove').mockRejectedValueOnce(new Error('killed'));
          await attempt(() => process.ingest.storeInherited(), next.broken);
          jest.spyOn(SpoolFolder.prototype, 'remove').mockRestore();
        }
        if (next.does === 'die') {
          await kill(process, next.torn);
          process = await start();
        }
      }
      await process.ingest.storeInherited();
      await process.ingest.onApplicationShutdown();
      expect(await stored()).toEqual(Array.from({ length: recorded }, (_, n) => n + 1));
      expect((await usageCount()) ?? 0).toBe(recorded);
      expect(readdirSync(root())).toEqual([]);
      expect(await dataSource.getRepository(UsageSpool).count()).toBe(0);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), run), { numRuns: 60 });
  });
});
