import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { UsageDays } from '../../../apps/api/src/usage/usage-days.js';
import { type Person, TestApp } from '../../support/test-app.js';

const DAY_MS = 86_400_000;

const app = TestApp.forTests({ USAGE_RETENTION_DAYS: '2', DEFAULT_KEY_EXPIRY_DAYS: '365' });
let admin: Person;
let key: { id: string; secret: string };

beforeAll(async () => {
  admin = await app.person('admin');
  key = await app.key(admin);
});

const days = async () => {
  const made = await new UsageDays(app.dataSource).all();
  return made.map((day) => new Date(day).toISOString().slice(0, 10));
};
const use = async () => {
  await app.call('GET', '/api/v1/protected/test', { key: key.secret });
  await app.ingest();
};
const count = async (what: string) => {
  const [row] = await app.dataSource.query<{ count: number }[]>(`SELECT ${what}::integer AS count`);
  return row?.count;
};
const events = () => count('(SELECT count(*) FROM usage_events)');

describe('the retention of uses', () => {
  it('makes today and the next three days', async () => {
    await app.nest.get(Jobs).runDue();
    expect(await days()).toEqual(['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25']);
  });

  it('keeps a use for as long as it was asked to, and until its whole day is so old', async () => {
    await use();
    // Midnight two days after its own; the use itself is two and a half days old by then.
    app.clock.advance(2.5 * DAY_MS - 1);
    await app.nest.get(Jobs).runDue();
    expect(await events()).toBe(1);
    app.clock.advance(1);
    await app.nest.get(Jobs).runDue();
    app.clock.advance(DAY_MS / 24);
    await app.nest.get(Jobs).runDue();
    expect(await events()).toBe(0);
    expect((await days())[0]).toBe('2026-11-23');
  });

  it('keeps the counts: by the hour for ever, by the minute for two days', async () => {
    expect(await count('(SELECT sum(uses) FROM usage_hours)')).toBe(1);
    expect(await count('(SELECT count(*) FROM usage_minutes)')).toBe(0);
    const { token } = await app.signedIn(admin);
    expect((await app.call('GET', `/api/v1/keys/${key.id}`, { as: token })).body.usage_count).toBe(1);
  });

  it('stores a use whose day nobody made ahead, after a month in which nothing ran', async () => {
    app.clock.advance(30 * DAY_MS);
    await use();
    expect(await events()).toBe(1);
  });
});
