import { readCircumstances } from '../../../apps/api/src/anomaly/responses/key-circumstances.js';
import { UsesBeforeRefusal } from '../../../apps/api/src/insights/uses-before-refusal.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { UseCounting } from '../../../apps/api/src/usage/use-counting.js';
import { eventually } from '../../support/eventually.js';
import { type Person, TestApp } from '../../support/test-app.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The embedded database has one connection. */
const describeOnServer = process.env['TEST_DATABASE_URL'] ? describe : describe.skip;
const app = TestApp.forTests({ USAGE_RETENTION_DAYS: '2', DEFAULT_KEY_EXPIRY_DAYS: '365' });
let admin: Person;
let key: { id: string; secret: string };

beforeAll(async () => {
  const owner = await app.person();
  key = await app.key(owner);
  const other = await app.key(owner);
  for (const { secret } of [key, other, key]) {
    await use(secret);
    app.clock.advance(2 * HOUR_MS);
  }
  // As long as others count, or when a server is killed between the one and the other.
  const counting = jest.spyOn(UseCounting.prototype, 'count').mockResolvedValue();
  await use(key.secret);
  await use(other.secret);
  counting.mockRestore();
  app.clock.advance(2 * HOUR_MS);
  admin = await app.person('admin');
});

const use = async (secret: string) => {
  await app.call('GET', '/api/v1/protected/test', { key: secret });
  await app.ingest();
};
const get = async <Body>(path: string) => (await app.call<Body>('GET', path, { as: admin.token })).body;
const log = (query = '') =>
  get<{ items: { timestamp: string }[]; total: number }>(
    `/api/v1/logs?api_key_id=${key.id}&action=api_key_used${query}`,
  );
const count = async (what: string) => {
  const [row] = await app.dataSource.query<{ count: number }[]>(`SELECT ${what}::integer AS count`);
  return row?.count;
};

describe('a use that is stored and waits to be counted', () => {
  it('is in the log of its key, and in its total', async () => {
    const now = app.clock.now();
    const { items, total } = await log();
    expect(total).toBe(3);
    expect(items.map(({ timestamp }) => (now - Date.parse(timestamp)) / HOUR_MS)).toEqual([2, 4, 8]);
    // Not as many as a page has: then they are counted.
    expect((await log('&page_size=1')).total).toBe(3);
    expect((await log(`&start_date=${new Date(now - 3 * HOUR_MS).toISOString()}`)).total).toBe(1);
    expect((await log(`&end_date=${new Date(now - 3 * HOUR_MS).toISOString()}`)).total).toBe(2);
  });

  it('is in the usage of its key by the hour, the day and the minute', async () => {
    for (const step of ['hour', 'day', 'minute']) {
      const from = new Date(app.clock.now() - 20 * HOUR_MS).toISOString();
      const usage = await get<{ admitted: number; described: number }>(
        `/api/v1/keys/${key.id}/usage?step=${step}&from=${from}`,
      );
      expect(usage).toMatchObject({ admitted: 3, described: 3 });
    }
  });

  it('is counted before its day is let go of', async () => {
    expect(await count('(SELECT sum(usage_count) FROM key_usage)')).toBe(3);
    app.clock.advance(4 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect(await count('(SELECT count(*) FROM usage_events)')).toBe(0);
    expect(await count('(SELECT sum(uses) FROM usage_hours)')).toBe(5);
    expect(await count('(SELECT sum(usage_count) FROM key_usage)')).toBe(5);
    expect(await count('(SELECT count(*) FROM usage_uncounted)')).toBe(0);
  });
});

describe('a day with uses that nobody came to count', () => {
  it('stays until they are counted', async () => {
    const counting = jest.spyOn(UseCounting.prototype, 'count').mockResolvedValue();
    await use(key.secret);
    app.clock.advance(4 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect(await count('(SELECT count(*) FROM usage_events)')).toBe(1);
    counting.mockRestore();
    app.clock.advance(HOUR_MS);
    await app.nest.get(Jobs).runDue();
    expect(await count('(SELECT count(*) FROM usage_events)')).toBe(0);
    expect(await count('(SELECT sum(uses) FROM usage_hours)')).toBe(6);
  });
});

describe('uses of which none is counted', () => {
  it('are what a key did before it was refused, and what is usual for it', async () => {
    const fresh = await app.key(await app.person());
    const counting = jest.spyOn(UseCounting.prototype, 'count').mockResolvedValue();
    await use(fresh.secret);
    await use(fresh.secret);
    const now = app.clock.now();
    expect(await app.nest.get(UsesBeforeRefusal).of(fresh.id, new Date(now))).toEqual({ minute: 2, hour: 2, day: 2 });
    const since = now + 60_000;
    const question = { keyId: fresh.id, since, isDryRun: false };
    expect(await readCircumstances(app.dataSource.manager, question, since)).toMatchObject({ usualPerMinute: 2 });
    counting.mockRestore();
  });
});

describeOnServer('uses that another instance is counting', () => {
  it('are left to it and keep nobody from the others, unless everything has to be counted', async () => {
    const counting = new UseCounting(app.dataSource);
    const waiting = '(SELECT count(*) FROM usage_uncounted)';
    const counted = '(SELECT sum(usage_count) FROM key_usage)';
    await counting.count('await');
    const before = (await count(counted)) ?? 0;
    const mocked = jest.spyOn(UseCounting.prototype, 'count').mockResolvedValue();
    for (let batch = 0; batch < 3; batch += 1) await use(key.secret);
    mocked.mockRestore();

    const other = app.dataSource.createQueryRunner();
    await other.query('BEGIN');
    await other.query('SELECT FROM usage_uncounted ORDER BY leaf LIMIT 1 FOR UPDATE');
    await counting.count('skip');
    expect([await count(waiting), await count(counted)]).toEqual([1, before + 2]);
    const all = counting.count('await');
    await eventually('it waits', async () => (await count(WAITERS)) === 1);
    await other.query('COMMIT');
    await other.release();
    await all;
    expect([await count(waiting), await count(counted)]).toEqual([0, before + 3]);
  });
});

const WAITERS = `(SELECT count(*) FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%usage_uncounted%')`;
