import { type Person, TestApp } from '../../support/test-app.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const app = TestApp.forTests();
let admin: Person;

beforeAll(async () => {
  const key = await app.key(await app.person());
  // What has happened so far is older than the shortest period.
  app.clock.advance(3 * DAY_MS);
  admin = await app.person('admin');
  const use = (method: string) => app.call(method, '/api/v1/protected/test', { key: key.secret });
  await use('GET');
  await use('DELETE');
  app.clock.advance(13 * HOUR_MS);
  await use('GET');
  await app.ingest();
});

const stats = (query = '', as = admin) => app.call('GET', `/api/v1/logs/stats?${query}`, { as: as.token });

describe('200', () => {
  it('counts by action and by day', async () => {
    const { status, body } = await stats('days=1');
    expect(status).toBe(200);
    expect(body).toEqual({
      period_days: 1,
      total_logs: 5,
      error_count: 1,
      error_rate: 0.2,
      actions_by_count: { api_key_used: 2, api_key_permission_denied: 1, user_registered: 1, login_success: 1 },
      days: [
        { date: '2026-11-25', total: 4, errors: 1 },
        { date: '2026-11-26', total: 1, errors: 0 },
      ],
    });
  });

  it('counts the last seven days unless told otherwise, and agrees with the log', async () => {
    const { body } = await stats();
    const log = await app.call('GET', '/api/v1/logs', { as: admin.token });
    expect(body).toMatchObject({ period_days: 7, total_logs: log.body.total });
    expect(body.days).toHaveLength(8);
  });
});

describe('401', () => {
  it('is for whoever does not say who they are', async () => {
    expect((await app.call('GET', '/api/v1/logs/stats')).status).toBe(401);
  });
});

describe('403', () => {
  it('is kept from whoever is no admin', async () => {
    expect((await stats('', await app.person())).status).toBe(403);
  });
});

describe('422', () => {
  it.each(['days=0', 'days=91', 'days=x', 'days=1.5', 'weeks=1'])('refuses %s', async (query) => {
    expect(await stats(query)).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
  });
});
