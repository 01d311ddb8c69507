import type { DataSource } from 'typeorm';
import { type Break, FailingDataSource } from '../../../../test/support/failing-data-source.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { usageEvent } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase, truncateAll } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { Spool } from './spool.js';
import { SpoolIngest } from './spool-ingest.js';
import { UseCounting } from './use-counting.js';

const DAY_MS = 86_400_000;
const DAY = Date.UTC(2026, 0, 2);
const root = temporaryFolder();
let database: TestDatabase;
let dataSource: DataSource;
let spool: Spool;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [], log: console });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});
beforeEach(async () => {
  await truncateAll(dataSource);
  spool = await Spool.create(root(), { bytesMax: 10_000_000 }, () => undefined);
});
afterEach(() => {
  spool.close();
});

/** Stores a batch, and ends before it is counted. */
const store = async (...times: number[]) => {
  spool.append(times.map((at) => spool.encode(usageEvent({ at }))));
  const unstorable = { rejected: () => Promise.reject(new Error('refused')), damaged: () => undefined };
  await new SpoolIngest(dataSource, unstorable).store(spool.folder, spool.end);
};
const counts = async () => {
  const [row] = await dataSource.query<unknown[]>(`
    SELECT COALESCE((SELECT sum(uses) FROM usage_minutes), 0)::integer AS minutes,
      COALESCE((SELECT sum(uses) FROM usage_hours), 0)::integer AS hours,
      COALESCE((SELECT sum(usage_count) FROM key_usage), 0)::integer AS totals,
      (SELECT sum(uses) FROM usage_outcomes WHERE owner_id = '00000000-0000-0000-0000-000000000000')::integer AS outcomes,
      (SELECT count(*) FROM usage_uncounted)::integer AS waiting`);
  return row;
};
const all = (uses: number) => ({ minutes: uses, hours: uses, totals: uses, outcomes: uses, waiting: 0 });

describe('uses that are stored', () => {
  it('wait to be counted by key; for the log they are counted at once', async () => {
    await store(DAY, DAY + 1, DAY + DAY_MS);
    expect(await counts()).toEqual({ minutes: 0, hours: 0, totals: 0, outcomes: 3, waiting: 1 });
  });

  it('are counted once, of all batches and days, whoever counts at the same time', async () => {
    await store(DAY, DAY + 1, DAY + DAY_MS);
    await store(DAY - DAY_MS, DAY + 2);
    const counting = new UseCounting(dataSource);
    await Promise.all([counting.count('await'), new UseCounting(dataSource).count('skip'), counting.count('await')]);
    expect(await counts()).toEqual(all(5));
    await store(DAY + 3);
    await counting.count('await');
    expect(await counts()).toEqual(all(6));
  });

  it('are counted in pieces when there are many', async () => {
    await store(DAY, DAY + 1, DAY + 2);
    await store(DAY + 3, DAY + 4);
    await store(DAY + 5);
    const counting = new UseCounting(dataSource, 3);
    const query = jest.spyOn(dataSource, 'query');
    await counting.count('await');
    expect(query).toHaveBeenCalledTimes(3);
    query.mockRestore();
    expect(await counts()).toEqual(all(6));
  });

  it.each<Break>([
    { statement: 1, when: 'before' },
    { statement: 2, when: 'before' },
    { statement: 2, when: 'after' },
  ])('are counted once when the connection breaks (%p)', async (at) => {
    await store(DAY, DAY + 1);
    const failing = new FailingDataSource(dataSource);
    failing.breakAt(at);
    await expect(new UseCounting(failing.asDataSource()).count('skip')).rejects.toThrow('the connection broke');
    await new UseCounting(dataSource).count('skip');
    expect(await counts()).toEqual(all(2));
  });

  it('are left alone when who stored them has counted them, as the release before does', async () => {
    await store(DAY);
    await dataSource.query(`DELETE FROM usage_uncounted`);
    await store(DAY + 1);
    await new UseCounting(dataSource).count('skip');
    expect(await counts()).toEqual({ ...all(1), outcomes: 2 });
  });

  it('are known to wait on their days', async () => {
    await store(DAY, DAY + DAY_MS - 1);
    const counting = new UseCounting(dataSource);
    const isWaiting = (day: number) => counting.isWaiting(dataSource, new Date(day), new Date(day + DAY_MS));
    expect([await isWaiting(DAY - DAY_MS), await isWaiting(DAY), await isWaiting(DAY + DAY_MS)]).toEqual([
      false,
      true,
      false,
    ]);
    await counting.count('await');
    expect(await isWaiting(DAY)).toBe(false);
  });
});
