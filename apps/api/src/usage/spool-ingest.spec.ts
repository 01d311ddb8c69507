import type { DataSource } from 'typeorm';
import { FailingDataSource } from '../../../../test/support/failing-data-source.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { KEY, SECRET, usageEvent } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase, truncateAll } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { KeyUsage } from './key-usage.entity.js';
import { Spool } from './spool.js';
import { SpoolIngest } from './spool-ingest.js';
import { StoredUsageEvent } from './usage-event.entity.js';
import { UsageSpool } from './usage-spool.entity.js';
import { UsageTotals } from './usage-totals.js';
import type { UsageEvent } from './usage-event.js';

const root = temporaryFolder();
const OTHER_KEY = '01930000-0000-7000-8000-0000000000aa';
const OTHER_SECRET = '01930000-0000-7000-8000-0000000000bb';
let database: TestDatabase;
let dataSource: DataSource;
let spool: Spool;
const rejected: string[] = [];
const damaged: number[] = [];
const unstorable = {
  rejected: (event: Buffer) => Promise.resolve(void rejected.push(event.toString())),
  damaged: (lines: number) => void damaged.push(lines),
};

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
  rejected.length = damaged.length = 0;
  await truncateAll(dataSource);
  spool = await Spool.create(root(), { bytesMax: 10_000_000, segmentBytes: 200_000 }, () => undefined);
});
afterEach(() => {
  spool.close();
});

const write = (...events: Partial<UsageEvent>[]) => {
  for (const event of events) spool.append(spool.encode(usageEvent(event)));
};
const ingest = (source = dataSource) => new SpoolIngest(source, unstorable).store(spool.folder, spool.end);
const storedTimes = async () => {
  const rows = await dataSource.getRepository(StoredUsageEvent).find({ order: { timestamp: 'ASC', id: 'ASC' } });
  return rows.map(({ timestamp }) => timestamp.getTime());
};
const count = (length: number) => Array.from({ length }, (_, at) => ({ at }));

describe('ingest', () => {
  it('stores every event as it was recorded', async () => {
    write({ at: Date.UTC(2026, 0, 1, 0, 0, 0, 123), outcome: 'RATE_LIMITED' });
    await ingest();
    expect(await dataSource.getRepository(StoredUsageEvent).find()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        timestamp: new Date('2026-01-01T00:00:00.123Z'),
        keyId: KEY,
        secretId: SECRET,
        ownerId: '01930000-0000-7000-8000-00000000000c',
        outcome: 'RATE_LIMITED',
        latencyUs: 41,
        requestId: '01930000-0000-7000-8000-00000000000d',
        ipAddress: '203.0.113.7',
        userAgent: 'curl/8.5.0',
        method: 'GET',
        endpoint: '/protected/test',
      },
    ]);
  });

  it('stores an attempt with a key that is not ours', async () => {
    write({ keyId: null, secretId: null, ownerId: null, ip: null, userAgent: null, outcome: 'NOT_FOUND' });
    await ingest();
    expect(await dataSource.getRepository(StoredUsageEvent).countBy({ outcome: 'NOT_FOUND' })).toBe(1);
  });

  it('stores more than a batch, over many segments', async () => {
    write(...count(2500));
    await ingest();
    expect(await storedTimes()).toEqual(count(2500).map(({ at }) => at));
  });

  it('goes on where it ended', async () => {
    write({ at: 1 });
    await ingest();
    write({ at: 2 });
    expect(await ingest()).toBe(spool.end);
    expect(await storedTimes()).toEqual([1, 2]);
  });

  describe.each(['before', 'after'] as const)('when the connection breaks %s a statement takes effect', (when) => {
    it.each([1, 2, 3, 4, 5, 6, 7])('stores every event once (statement %i)', async (statement) => {
      write(...count(1500));
      const failing = new FailingDataSource(dataSource);
      failing.breakAt({ statement, when });
      await expect(ingest(failing.asDataSource())).rejects.toThrow('the connection broke');
      await ingest();
      expect(await storedTimes()).toEqual(count(1500).map(({ at }) => at));
      expect((await new UsageTotals(dataSource).forKeys([KEY])).get(KEY)?.get(SECRET)?.usageCount).toBe(1500);
      expect(rejected).toEqual([]);
    });
  });

  it('stores every event once when two processes read the same spool', async () => {
    write(...count(3000));
    await Promise.all([ingest(), ingest(), ingest()]);
    expect(await storedTimes()).toEqual(count(3000).map(({ at }) => at));
    expect((await new UsageTotals(dataSource).forKeys([KEY])).get(KEY)?.get(SECRET)?.usageCount).toBe(3000);
    expect(rejected).toEqual([]);
  });

  it('stores what a crash left of a spool, and tells of the torn line', async () => {
    write({ at: 1 }, { at: 2 });
    await new SpoolIngest(dataSource, unstorable).store(spool.folder, spool.end - 3);
    expect(await storedTimes()).toEqual([1]);
    expect(damaged).toEqual([1]);
  });

  it('sets aside an event the database refuses, and stores the others', async () => {
    write({ at: 1 }, { at: 2, keyId: 'no uuid' }, { at: 3 });
    await ingest();
    expect(await storedTimes()).toEqual([1, 3]);
    expect(rejected).toEqual([expect.stringContaining('"key":"no uuid"')]);
    expect(await ingest()).toBe(spool.end);
    expect(rejected).toHaveLength(1);
  });

  it('starts over in a database that has seen nothing of the spool', async () => {
    write(...count(600));
    await spool.forget(await ingest());
    await truncateAll(dataSource);
    write({ at: 1000 });
    await ingest();
    expect((await storedTimes()).at(-1)).toBe(1000);
    expect(rejected).toEqual([]);
  });
});

describe('the totals', () => {
  it('count admitted uses for each secret of each key, and know the latest', async () => {
    write(
      { at: 3000 },
      { at: 1000 },
      { at: 5000, outcome: 'RATE_LIMITED' },
      { at: 4000, secretId: OTHER_SECRET },
      { at: 2000, keyId: OTHER_KEY },
    );
    await ingest();
    expect(await new UsageTotals(dataSource).forKeys([KEY, OTHER_KEY])).toEqual(
      new Map([
        [
          KEY,
          new Map([
            [SECRET, { usageCount: 2, lastUsedAt: new Date(3000) }],
            [OTHER_SECRET, { usageCount: 1, lastUsedAt: new Date(4000) }],
          ]),
        ],
        [OTHER_KEY, new Map([[SECRET, { usageCount: 1, lastUsedAt: new Date(2000) }]])],
      ]),
    );
  });

  it('do not go back when an older event comes late', async () => {
    write({ at: 2000 });
    await ingest();
    write({ at: 1000 });
    await ingest();
    const totals = await new UsageTotals(dataSource).forKeys([KEY]);
    expect(totals.get(KEY)?.get(SECRET)).toEqual({ usageCount: 2, lastUsedAt: new Date(2000) });
  });

  it('are empty for keys that were never used', async () => {
    expect(await new UsageTotals(dataSource).forKeys([])).toEqual(new Map());
    expect(await new UsageTotals(dataSource).forKeys([KEY])).toEqual(new Map());
  });
});
