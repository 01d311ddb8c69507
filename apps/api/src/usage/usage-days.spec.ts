import type { DataSource } from 'typeorm';
import { makeUsageDays } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { UsageDays1764030000000 } from '../database/migrations/1764030000000-usage-days.js';
import { dayOf, UsageDays } from './usage-days.js';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 0, 1);

let database: TestDatabase;
let dataSource: DataSource;
let days: UsageDays;

beforeEach(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [], log: console });
  days = new UsageDays(dataSource);
});
afterEach(async () => {
  await dataSource.destroy();
  await database.close();
});

const store = (...times: number[]) =>
  dataSource.query(
    `INSERT INTO usage_events (timestamp, id, key_id, outcome, latency_us, request_id, method, endpoint)
     SELECT to_timestamp(at / 1000.0), gen_random_uuid(), '01930000-0000-7000-8000-00000000000a', 'VALID', 7, 'r', 'GET', '/'
     FROM unnest($1::bigint[]) AS at`,
    [times],
  );
const stored = async () => {
  const rows = await dataSource.query<{ timestamp: Date }[]>('SELECT timestamp FROM usage_events ORDER BY timestamp');
  return rows.map(({ timestamp }) => timestamp.getTime());
};

describe('the days of usage', () => {
  it('begin and end at midnight in UTC', async () => {
    await makeUsageDays(dataSource, FIRST);
    await store(FIRST, FIRST + DAY_MS - 1);
    await expect(store(FIRST - 1)).rejects.toThrow('no partition');
    await expect(store(FIRST + DAY_MS)).rejects.toThrow('no partition');
  });

  it('are made once, whoever makes them at the same time', async () => {
    const wanted = [0, 1, 2].map((n) => FIRST + n * DAY_MS);
    const made = await Promise.all([days.make(wanted), days.make([...wanted].reverse()), days.make(wanted)]);
    expect(made.reduce((sum, each) => sum + each)).toBe(3);
    expect(await days.all()).toEqual(wanted);
  });

  it('leave with all their events, and leave the others', async () => {
    await makeUsageDays(dataSource, FIRST, FIRST + DAY_MS);
    await store(FIRST, FIRST + 1, FIRST + DAY_MS);
    await days.drop(FIRST, () => Promise.resolve());
    expect(await days.all()).toEqual([FIRST + DAY_MS]);
    expect(await stored()).toEqual([FIRST + DAY_MS]);
  });

  it('are not those that somebody else has cut, and do not fail for them', async () => {
    await makeUsageDays(dataSource, FIRST);
    const from = (day: string) =>
      `PARTITION OF usage_events FOR VALUES FROM ('${day} 00:00+00') TO ('${day} 01:00+00')`;
    await dataSource.query(`CREATE TABLE usage_events_20261399 ${from('2025-01-01')}`);
    await dataSource.query(`CREATE TABLE old_uses ${from('2025-01-02')}`);
    expect(await days.all()).toEqual([FIRST]);
  });

  it('are not made for a time that no calendar has', async () => {
    expect(await days.make([dayOf(8e15)])).toBe(0);
  });
});

describe('an upgrade', () => {
  it('moves the uses of before into their days, and counts them', async () => {
    const runner = dataSource.createQueryRunner();
    await new UsageDays1764030000000().down(runner);
    const times = [FIRST - 1, FIRST, FIRST + 1, FIRST + 59_999, FIRST + 60_000, FIRST + 5 * DAY_MS];
    await runner.release();
    await store(...times);
    const again = dataSource.createQueryRunner();
    await new UsageDays1764030000000().up(again);
    await again.release();
    expect(await stored()).toEqual(times);
    expect((await days.all()).slice(0, 3)).toEqual([FIRST - DAY_MS, FIRST, FIRST + 5 * DAY_MS]);
    const counts = (table: string, unit: string) =>
      dataSource.query(
        `SELECT ${unit} AS at, uses::integer, latency_us_sum::integer AS sum, latency_us_max AS max FROM ${table} ORDER BY 1`,
      );
    const row = (at: number, uses: number) => ({ at: new Date(at), uses, sum: 7 * uses, max: 7 });
    expect(await counts('usage_minutes', 'minute')).toEqual([
      row(FIRST - 60_000, 1),
      row(FIRST, 3),
      row(FIRST + 60_000, 1),
      row(FIRST + 5 * DAY_MS, 1),
    ]);
    expect(await counts('usage_hours', 'hour')).toEqual([
      row(FIRST - 3_600_000, 1),
      row(FIRST, 4),
      row(FIRST + 5 * DAY_MS, 1),
    ]);
  });
});
