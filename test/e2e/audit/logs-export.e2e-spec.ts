import { makeUsageDays } from '../../support/usage.js';
import { type Person, TestApp } from '../../support/test-app.js';

const HEADING =
  'ID,Timestamp,Action,API Key ID,User ID,Endpoint,Method,IP Address,Status Code,Response Time (ms),Error Message';
/** More than are read from the database at once. */
const USES = 2_500;

const app = TestApp.forTests();
let admin: Person;
let key: { id: string; secret: string };

beforeAll(async () => {
  admin = await app.person('admin');
  key = await app.key(await app.person());
  await makeUsageDays(app.dataSource, Date.UTC(2026, 10, 20));
  await app.dataSource.query(
    `INSERT INTO usage_events (timestamp, id, key_id, owner_id, outcome, latency_us, request_id, method, endpoint)
     SELECT timestamptz '2026-11-20' + n * interval '1 second', gen_random_uuid(), $1, $1, 'EXPIRED', 1500, 'r', 'GET',
       CASE n WHEN 7 THEN '=cmd()' WHEN 8 THEN 'a,"b"' WHEN 9 THEN '\uFF0B1' ELSE '/p' END
     FROM generate_series(1, $2::integer) AS n`,
    [key.id, USES],
  );
  app.clock.advance(1000);
});

const take = (format: string, query = '', as = admin) =>
  app.call<Record<string, unknown>[]>('GET', `/api/v1/logs/export/${format}?${query}`, { as: as.token });

describe('200', () => {
  it('exports every entry as CSV, under the headings of the contract', async () => {
    const { status, headers, text } = await take('csv', `api_key_id=${key.id}`);
    const lines = text.split('\r\n');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="audit_logs_20261122_120001.csv"');
    expect(lines[0]).toBe(HEADING);
    expect(lines.at(-1)).toBe('');
    // The key was created, and used.
    expect(lines).toHaveLength(1 + 1 + USES + 1);
    expect(lines[2]).toMatch(
      new RegExp(
        `^[0-9a-f-]{36},2026-11-20T00:41:40.000Z,api_key_validation_failed,${key.id},${key.id},/p,GET,,401,1.5,API key expired$`,
      ),
    );
  });

  it('makes text of what a spreadsheet would run', async () => {
    const { text } = await take('csv', `api_key_id=${key.id}&end_date=2026-11-20T00:00:09Z`);
    const cells = text.split('\r\n').map((line) => line.split(',').slice(5, -5).join(','));
    expect(cells.slice(1, 4)).toEqual(["'\uFF0B1", '"a,""b"""', "'=cmd()"]);
  });

  it('exports every entry as JSON, as the log shows it', async () => {
    const { status, headers, body } = await take('json', `api_key_id=${key.id}`);
    const { body: page } = await app.call<{ items: object[] }>(
      'GET',
      `/api/v1/logs?api_key_id=${key.id}&page_size=500`,
      {
        as: admin.token,
      },
    );
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe('attachment; filename="audit_logs_20261122_120001.json"');
    expect(body).toHaveLength(USES + 1);
    expect(new Set(body.map(({ id }) => id)).size).toBe(USES + 1);
    expect(body.slice(0, 500)).toEqual(page.items);
  });

  it('is an empty file of its kind when there is nothing', async () => {
    expect((await take('json', 'end_date=2020-01-01')).body).toEqual([]);
    expect((await take('csv', 'end_date=2020-01-01')).text).toBe(`${HEADING}\r\n`);
  });

  it('keeps to the dates asked for', async () => {
    const { body } = await take('json', 'start_date=2026-11-20T00:00:10Z&end_date=2026-11-20T00:00:19Z');
    expect(body).toHaveLength(10);
  });

  it('is in the log it hands out: who took what', async () => {
    const { body } = await take('json', 'start_date=2026-11-22');
    expect(body.find(({ action }) => action === 'log_exported')).toMatchObject({
      user_id: admin.id,
      endpoint: '/api/v1/logs/export/json',
      metadata: { format: 'json', start_date: '2026-11-22T00:00:00.000Z', end_date: null, api_key_id: null },
    });
  });
});

describe.each(['csv', 'json'])('%s', (format) => {
  it('401: is for whoever does not say who they are', async () => {
    expect((await app.call('GET', `/api/v1/logs/export/${format}`)).status).toBe(401);
  });

  it('403: is kept from whoever is no admin', async () => {
    expect((await take(format, '', await app.person())).status).toBe(403);
  });

  it('422: refuses filters it does not have', async () => {
    const { status, body } = await app.call('GET', `/api/v1/logs/export/${format}?q=x&start_date=x&api_key_id=x`, {
      as: admin.token,
    });
    expect(status).toBe(422);
    const fields = (body.errors as { field: string }[]).map(({ field }) => field);
    expect(fields.sort()).toEqual(['api_key_id', 'q', 'start_date']);
  });
});
