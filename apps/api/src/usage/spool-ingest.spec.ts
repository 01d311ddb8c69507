import type { DataSource } from 'typeorm';
import { FailingDataSource } from '../../../../test/support/failing-data-source.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { KEY, SECRET, usageEvent } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase, truncateAll } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { AskedPermission } from './asked-permission.entity.js';
import { KeyUsage } from './key-usage.entity.js';
import { Spool } from './spool.js';
import { SpoolIngest } from './spool-ingest.js';
import { NOBODY } from './count-uses.sql.js';
import { StoredUsageEvent } from './usage-event.entity.js';
import { UsageHour } from './usage-hour.entity.js';
import { UsageMinute } from './usage-minute.entity.js';
import { UsageSpool } from './usage-spool.entity.js';
import { UsageDays } from './usage-days.js';
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
  const entities = [AskedPermission, StoredUsageEvent, KeyUsage, UsageHour, UsageMinute, UsageSpool];
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
  for (const event of events) spool.append([spool.encode(usageEvent(event))]);
};
/** All in one line, as what comes in one turn of the event loop. */
const writeTurn = (...events: Partial<UsageEvent>[]) =>
  spool.append(events.map((event) => spool.encode(usageEvent(event))));
const ingest = (source = dataSource) => storeAndCount(new SpoolIngest(source, unstorable), spool);
const storeAndCount = async (store: SpoolIngest, { folder, end }: Spool) => {
  const position = await store.store(folder, end);
  await store.count('await');
  return position;
};
const storedTimes = async () => {
  const rows = await dataSource.getRepository(StoredUsageEvent).find({ order: { timestamp: 'ASC', id: 'ASC' } });
  return rows.map(({ timestamp }) => timestamp.getTime());
};
const count = (length: number) => Array.from({ length }, (_, at) => ({ at }));

describe('ingest', () => {
  it('knows the first and the last day on which a permission was asked for, in whatever order that comes', async () => {
    const on = (day: number, ...asked: string[]) => ({ at: Date.UTC(2026, 0, day, 23, 59), asked });
    writeTurn(on(3, 'read', 'write'), { at: Date.UTC(2026, 0, 9) }, on(4, 'read'), { ...on(4, 'read'), keyId: null });
    await ingest();
    write(on(2, 'read'), { ...on(5, ''), keyId: OTHER_KEY });
    await ingest();
    const order = { keyId: 'ASC', permission: 'ASC' } as const;
    expect(await dataSource.getRepository(AskedPermission).find({ order })).toEqual([
      { keyId: KEY, permission: 'read', firstOn: '2026-01-02', lastOn: '2026-01-04' },
      { keyId: KEY, permission: 'write', firstOn: '2026-01-03', lastOn: '2026-01-03' },
      { keyId: OTHER_KEY, permission: '', firstOn: '2026-01-05', lastOn: '2026-01-05' },
    ]);
    expect(await storedTimes()).toHaveLength(6);
  });

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
        leaf: '0',
        salt: expect.any(Buffer) as Buffer,
        commitment: null,
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
    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('stores every event once (statement %i)', async (statement) => {
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

  it('sets aside only what is refused of the events of one turn, wherever it was interrupted', async () => {
    write({ at: 1 });
    writeTurn({ at: 2 }, { at: 3, keyId: 'no uuid' }, { at: 4 }, { at: 5, keyId: 'nor this' }, { at: 6 });
    write({ at: 7 });
    const failing = new FailingDataSource(dataSource);
    failing.breakAt({ statement: 8, when: 'after' });
    await expect(ingest(failing.asDataSource())).rejects.toThrow('the connection broke');
    await ingest();
    expect(await storedTimes()).toEqual([1, 2, 4, 6, 7]);
    expect(new Set(rejected).size).toBe(2);
    expect(damaged).toEqual([]);
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

describe('the counts by the minute and by the hour', () => {
  const T = Date.UTC(2026, 0, 1, 12);
  const counts = (table: string, unit: string) =>
    dataSource.query(`SELECT ${unit} AS at, outcome, uses::integer, latency_us_sum::integer AS sum, latency_us_max AS max
      FROM ${table} ORDER BY key_id, ${unit}, secret_id, outcome`);

  it('add up the events of their time, in one batch and over several', async () => {
    write({ at: T, latencyUs: 10 }, { at: T + 59_999, latencyUs: 30 }, { at: T + 60_000, latencyUs: 5 });
    await ingest();
    write({ at: T + 1, latencyUs: 20 }, { at: T + 3_600_000 }, { at: T + 2, outcome: 'RATE_LIMITED' });
    await ingest();
    expect(await counts('usage_minutes', 'minute')).toEqual([
      { at: new Date(T), outcome: 'RATE_LIMITED', uses: 1, sum: 41, max: 41 },
      { at: new Date(T), outcome: 'VALID', uses: 3, sum: 60, max: 30 },
      { at: new Date(T + 60_000), outcome: 'VALID', uses: 1, sum: 5, max: 5 },
      { at: new Date(T + 3_600_000), outcome: 'VALID', uses: 1, sum: 41, max: 41 },
    ]);
    expect(await counts('usage_hours', 'hour')).toEqual([
      { at: new Date(T), outcome: 'RATE_LIMITED', uses: 1, sum: 41, max: 41 },
      { at: new Date(T), outcome: 'VALID', uses: 4, sum: 65, max: 30 },
      { at: new Date(T + 3_600_000), outcome: 'VALID', uses: 1, sum: 41, max: 41 },
    ]);
  });

  it('know secrets apart, and have one place for all attempts without a key', async () => {
    const noKey = { at: T, keyId: null, ownerId: null, outcome: 'NOT_FOUND' } as const;
    write({ at: T }, { at: T, secretId: OTHER_SECRET });
    write({ ...noKey, secretId: null }, { ...noKey, secretId: OTHER_SECRET }, { ...noKey, secretId: SECRET });
    await ingest();
    const hours = await dataSource.getRepository(UsageHour).find({ order: { keyId: 'ASC', secretId: 'ASC' } });
    expect(hours.map(({ keyId, secretId, uses }) => [keyId, secretId, uses])).toEqual([
      [NOBODY, NOBODY, '3'],
      [KEY, SECRET, '1'],
      [KEY, OTHER_SECRET, '1'],
    ]);
  });

  it('are as many as the events when processes store different spools of the same keys at once', async () => {
    const spools = await Promise.all([1, 2, 3].map(() => Spool.create(root(), { bytesMax: 1e7 }, () => undefined)));
    const keys = Array.from(
      { length: 50 },
      (_, n) => `01930000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`,
    );
    for (const [at, each] of spools.entries()) {
      const order = at % 2 === 0 ? keys : [...keys].reverse();
      for (let n = 0; n < 2000; n += 1) {
        each.append([each.encode(usageEvent({ at: T + n * 100, keyId: order[n % order.length] ?? KEY }))]);
      }
    }
    await Promise.all(spools.map((each) => storeAndCount(new SpoolIngest(dataSource, unstorable), each)));
    for (const each of spools) each.close();
    const sums = await dataSource.query<unknown[]>(`
      SELECT (SELECT count(*) FROM usage_events)::integer AS events, (SELECT sum(uses) FROM usage_minutes)::integer AS minutes,
        (SELECT sum(uses) FROM usage_hours)::integer AS hours, (SELECT sum(usage_count) FROM key_usage)::integer AS totals`);
    expect(sums).toEqual([{ events: 6000, minutes: 6000, hours: 6000, totals: 6000 }]);
  });
});

describe('an event of a day that was not made ahead', () => {
  it.each([0, Date.UTC(2026, 4, 5), Date.UTC(2100, 11, 31)])('is stored, with its batch (%i)', async (at) => {
    write({ at: Date.UTC(2026, 0, 1) }, { at }, { at: at + 1 });
    await ingest();
    expect(await storedTimes()).toEqual([at, at + 1, Date.UTC(2026, 0, 1)].sort((a, b) => a - b));
    expect(rejected).toEqual([]);
  });

  it('is stored when somebody else makes the day at the same time', async () => {
    write({ at: Date.UTC(2026, 6, 1) });
    const store = jest.spyOn(UsageDays.prototype, 'make').mockImplementationOnce(async (days) => {
      await new UsageDays(dataSource).make(days);
      return 0;
    });
    await ingest();
    store.mockRestore();
    expect(await storedTimes()).toEqual([Date.UTC(2026, 6, 1)]);
  });

  it('is set aside when no calendar has the day', async () => {
    write({ at: 8e15 }, { at: 1 });
    await ingest();
    expect(await storedTimes()).toEqual([1]);
    expect(rejected).toEqual([expect.stringContaining('"at":8000000000000000')]);
  });
});
