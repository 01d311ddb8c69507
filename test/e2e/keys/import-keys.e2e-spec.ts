import { createHash, randomBytes } from 'node:crypto';
import { generateKey } from '#domain';
import { FIND_KEY_SQL } from '../../../apps/api/src/keys/verification/key-lookup.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let admin: Person;
beforeEach(async () => {
  [owner, admin] = [await app.person(), await app.person('admin')];
});

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const row = (key: string, fields: object = {}) => ({
  name: 'imported',
  hash: hashOf(key),
  algorithm: 'sha256',
  ...fields,
});
const bring = (rows: unknown, as = owner) =>
  app.call<{ imported: number; keys: Record<string, unknown>[]; errors?: { field: string; message: string }[] }>(
    'POST',
    '/api/v1/keys/import',
    { as: as.token, body: rows },
  );
const use = (key: string, headers: Record<string, string> = { 'x-api-key': key }) =>
  app.call('GET', '/api/v1/protected/test', { headers });
const fields = ({ body }: Awaited<ReturnType<typeof bring>>) => [...new Set(body.errors?.map(({ field }) => field))];
const keysHere = async () =>
  (await app.dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM api_keys'))[0]?.n;

const reference = () => `akm_${randomBytes(32).toString('base64url')}`;
const foreign = () => `sk_test_${randomBytes(18).toString('hex')}`;

const lookups = () => {
  const pool = (app.dataSource.driver as unknown as { master: { query: (query: unknown) => unknown } }).master;
  const query = jest.spyOn(pool, 'query');
  const before = query.mock.calls.length;
  const isLookup = ([asked]: unknown[]) => (asked as { text?: string }).text === FIND_KEY_SQL;
  return () => query.mock.calls.slice(before).filter(isLookup).length;
};

// First of all: nothing has been imported into this database.
it('costs no lookup to be sent a text that is written like no key of akm', async () => {
  const count = lookups();
  for (let at = 0; at < 5; at++) expect((await use(foreign())).body.code).toBe('API_KEY_MALFORMED');
  expect(count()).toBe(0);
});

describe('201', () => {
  it('lets keys of the reference system, of akm and of anybody else go on working, in every header', async () => {
    const keys = [reference(), generateKey('staging', randomBytes).reveal(), foreign(), 'PMAK-63.[odd]+key/=='];
    const { status, body } = await bring(keys.map((key) => row(key, { permissions: ['read', 'write'] })));
    expect([status, body.imported]).toEqual([201, 4]);
    for (const [at, key] of keys.entries()) {
      for (const headers of [
        { 'x-api-key': key },
        { authorization: `ApiKey ${key}` },
        { authorization: `Bearer ${key}` },
      ]) {
        const used = await use(key, headers as unknown as Record<string, string>);
        expect([key, used.status, used.body.api_key_id]).toEqual([key, 200, body.keys[at]?.id]);
      }
    }
    await app.ingest();
    const { body: shown } = await app.call('GET', `/api/v1/keys/${String(body.keys[2]?.id)}`, { as: owner.token });
    expect(shown).toMatchObject({ usage_count: 3, owner_id: owner.id });
  });

  it('takes every field that a new key has, and shows of the key what it is told to, else the start of its digest', async () => {
    const [shown, hidden] = [foreign(), foreign()];
    const { body } = await bring([
      row(shown, { key_prefix: 'sk_test_1a2b', tags: ['crm'], never_expires: true, secret_meta: { a: 1 } }),
      row(hidden, { hash: hashOf(hidden).toUpperCase() }),
    ]);
    expect(body.keys[0]).toMatchObject({ key_prefix: 'sk_test_1a2b', tags: ['crm'], expires_at: null });
    expect(body.keys[1]).toMatchObject({ key_prefix: `sha256:${hashOf(hidden).slice(0, 8)}`, name: 'imported' });
    expect((await use(hidden)).status).toBe(200);
  });

  it('rotates an imported key into one of akm, and the imported secret has its grace', async () => {
    const key = foreign();
    const { body } = await bring([row(key)]);
    const path = `/api/v1/keys/${String(body.keys[0]?.id)}/rotate`;
    const rotated = await app.call<{ new_key: { api_key: string } }>('POST', path, { as: owner.token, body: {} });
    expect(rotated.body.new_key.api_key).toMatch(/^akm_live_/);
    for (const secret of [key, rotated.body.new_key.api_key]) expect((await use(secret)).status).toBe(200);
    app.clock.advance(24 * 3_600_000);
    expect((await use(key)).body.code).toBe('API_KEY_GRACE_ENDED');
  });

  it('writes one audit entry and one event for every key', async () => {
    const { body } = await bring([row(foreign()), row(foreign())]);
    const ids = body.keys.map(({ id }) => id);
    const query = (sql: string) => app.dataSource.query<{ id: string }[]>(sql, [ids]);
    const audited = await query(
      `SELECT api_key_id AS id FROM audit_log WHERE action = 'api_key_imported' AND api_key_id = ANY ($1) ORDER BY 1`,
    );
    const told = await query(
      `SELECT subject_id AS id FROM outgoing_events WHERE type = 'key.created' AND subject_id = ANY ($1) ORDER BY 1`,
    );
    for (const rows of [audited, told]) expect(rows.map(({ id }) => id)).toEqual([...ids].sort());
  });

  it('takes 500 at once', async () => {
    const { status, body } = await bring(Array.from({ length: 500 }, () => row(foreign())));
    expect([status, body.imported]).toEqual([201, 500]);
  });
});

describe('a text that is written like no key of akm, where keys were imported', () => {
  it('is looked up, and still called malformed when it is nobody’s', async () => {
    await bring([row(foreign())]);
    const count = lookups();
    expect((await use(foreign())).body.code).toBe('API_KEY_MALFORMED');
    expect((await use('short')).body.code).toBe('API_KEY_MALFORMED');
    expect(count()).toBe(1);
  });

  it('works from the very import on, even if this instance has just seen that there is none', async () => {
    const { ImportedFormats } = await import('../../../apps/api/src/keys/verification/imported-formats.js');
    Object.assign(app.nest.get(ImportedFormats), { hasImports: false, readAt: performance.now() + 3_600_000 });
    const key = foreign();
    await bring([row(key)]);
    expect((await use(key)).status).toBe(200);
  });

  it('still works after a restart, when only the database knows of the import', async () => {
    const key = foreign();
    await bring([row(key)]);
    // What a new process knows.
    const { ImportedFormats } = await import('../../../apps/api/src/keys/verification/imported-formats.js');
    Object.assign(app.nest.get(ImportedFormats), { hasImports: false, absentUntil: -Infinity });
    expect((await use(key)).status).toBe(200);
  });
});

describe('403', () => {
  it('lets readonly people import nothing', async () => {
    expect((await bring([row(foreign())], await app.person('readonly'))).status).toBe(403);
  });
});

describe('422', () => {
  it('imports nothing when any row is bad, and names every bad row', async () => {
    const [here, twice, whole] = [foreign(), foreign(), foreign()];
    await bring([row(here)]);
    const before = await keysHere();
    const malformed = await bring([row(foreign()), row(foreign(), { name: '' }), { ...row(foreign()), hash: 'abc' }]);
    expect(fields(malformed)).toEqual(['1.name', '2.hash']);
    const refused = await bring([
      row(foreign()),
      row(here),
      row(twice),
      row(twice),
      row(whole, { key_prefix: whole.slice(0, 31) }),
      row(foreign(), { expires_in_days: 3, never_expires: true }),
      row(foreign(), { permissions: ['akm:users:write'] }),
    ]);
    expect(refused.status).toBe(422);
    expect(fields(refused).sort()).toEqual(
      ['1.hash', '3.hash', '5.expires_in_days', '5.never_expires', '6.permissions'].sort(),
    );
    expect(await keysHere()).toBe(before);
  });

  it('does not show a key that was given whole as what may be shown', async () => {
    const key = 'sk_live_0123456789abcdef';
    expect(fields(await bring([row(key, { key_prefix: key })]))).toEqual(['0.key_prefix']);
  });

  it('says the same of somebody else’s key, so that one digest is one key for ever', async () => {
    const key = foreign();
    await bring([row(key)], admin);
    expect(fields(await bring([row(key)]))).toEqual(['0.hash']);
  });

  it('imports a key once when 16 ask for it at once', async () => {
    const key = foreign();
    const before = Number(await keysHere());
    const answers = await Promise.all(Array.from({ length: 16 }, () => bring([row(foreign()), row(key)])));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 15 }, () => 422)]);
    expect(await keysHere()).toBe(before + 2);
  });

  it.each([
    [{}],
    [[]],
    [[{ ...row('k'), algorithm: 'md5' }]],
    [[{ ...row('k'), owner_id: '0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f' }]],
    [Array.from({ length: 501 }, (_, at) => row(`k${at}`))],
  ])('refuses %#', async (body) => {
    const before = await keysHere();
    expect((await bring(body)).status).toBe(422);
    expect(await keysHere()).toBe(before);
  });
});
