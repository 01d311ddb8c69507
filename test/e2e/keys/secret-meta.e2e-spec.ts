import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let admin: Person;
let stranger: Person;
beforeAll(async () => {
  [owner, admin, stranger] = [await app.person(), await app.person('admin'), await app.person()];
});

const CANARY = 'canary-7Jq2Zr9Lw4';
const META = { crm: { token: CANARY, retries: 3 } };
const get = (id: string, as = owner, query = '?reveal=secret_meta') =>
  app.call('GET', `/api/v1/keys/${id}${query}`, { as: as.token });
const update = (id: string, body: unknown) => app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body });
const revealed = async (id: string) => (await get(id)).body.secret_meta;
const reveals = (id: string) =>
  app.dataSource.query<object[]>(
    `SELECT user_id, endpoint, metadata FROM audit_log WHERE action = 'secret_meta_revealed' AND api_key_id = $1`,
    [id],
  );

describe('200', () => {
  it('shows the owner what was kept, and writes down that it was shown', async () => {
    const { id } = await app.key(owner, { secret_meta: META });
    const { body, headers } = await get(id);
    expect(body.secret_meta).toEqual(META);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await reveals(id)).toEqual([{ user_id: owner.id, endpoint: `/api/v1/keys/${id}`, metadata: null }]);
  });

  it('replaces it, leaves it when it is not named, and clears it with null', async () => {
    const { id } = await app.key(owner, { secret_meta: META });
    await update(id, { name: 'renamed' });
    expect(await revealed(id)).toEqual(META);
    await update(id, { secret_meta: { other: true } });
    expect(await revealed(id)).toEqual({ other: true });
    await update(id, { secret_meta: null });
    expect(await revealed(id)).toBeNull();
  });

  it('is in no other answer: not of create, show, list, update, rotate or verify', async () => {
    const created = await app.call('POST', '/api/v1/keys', {
      as: owner.token,
      body: { name: 'n', secret_meta: META, permissions: ['akm:verify'] },
    });
    const id = String(created.body.id);
    const key = String(created.body.api_key);
    const answers = [
      created,
      await get(id, owner, ''),
      await app.call('GET', '/api/v1/keys?page_size=100', { as: owner.token }),
      await app.call('GET', '/api/v1/keys?page_size=100', { as: admin.token }),
      await update(id, { secret_meta: META }),
      await app.call('POST', `/api/v1/keys/${id}/rotate`, { as: owner.token, body: {} }),
      await app.call('POST', '/api/v1/verify', { key, body: { key } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200, 200]);
    for (const { text } of answers) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain('secret_meta');
    }
  });
});

describe('403', () => {
  it('shows it neither to admins nor to keys of the owner, and writes no reveal', async () => {
    const { id } = await app.key(owner, { secret_meta: META });
    const { secret } = await app.key(owner, { permissions: ['akm:keys:read', 'akm:keys:write'] });
    const byKey = await app.call('GET', `/api/v1/keys/${id}?reveal=secret_meta`, { key: secret });
    for (const refused of [await get(id, admin), byKey]) {
      expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
      expect(refused.text).not.toContain(CANARY);
    }
    expect(await reveals(id)).toEqual([]);
  });
});

describe('404', () => {
  it('is all that somebody else learns', async () => {
    const { id } = await app.key(owner, { secret_meta: META });
    expect((await get(id, stranger)).status).toBe(404);
  });
});

describe('422', () => {
  it.each([[{ secret_meta: [] }], [{ secret_meta: 'text' }], [{ secret_meta: { big: 'x'.repeat(4096) } }]])(
    'refuses %j',
    async (fields) => {
      const { status, body } = await app.call('POST', '/api/v1/keys', {
        as: owner.token,
        body: { name: 'n', ...fields },
      });
      expect([status, (body.errors as { field: string }[])[0]?.field]).toEqual([422, 'secret_meta']);
    },
  );

  it('reveals nothing else', async () => {
    const { id } = await app.key(owner);
    expect((await get(id, owner, '?reveal=digest')).status).toBe(422);
  });
});

describe('the database', () => {
  it('holds it nowhere in a form that can be read: not in rows, not in the audit log', async () => {
    const { id } = await app.key(owner, { secret_meta: META });
    await update(id, { secret_meta: { ...META, more: 1 } });
    await get(id);
    const tables = await app.dataSource.query<{ name: string }[]>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const forms = (['utf8', 'hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(CANARY).toString(form));
    for (const { name } of tables) {
      const rows = await app.dataSource.query<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`);
      for (const form of forms) expect([name, rows.some(({ row }) => row.includes(form))]).toEqual([name, false]);
    }
    const [entry] = await app.dataSource.query<{ metadata: unknown }[]>(
      `SELECT metadata FROM audit_log WHERE action = 'api_key_updated' AND api_key_id = $1`,
      [id],
    );
    expect(entry?.metadata).toEqual({ changes: { secret_meta: 'replaced' } });
  });

  it('opens it in its own row only', async () => {
    const [mine, other] = [await app.key(owner, { secret_meta: META }), await app.key(owner)];
    await app.dataSource.query(
      'UPDATE api_keys SET secret_meta = (SELECT secret_meta FROM api_keys WHERE id = $1) WHERE id = $2',
      [mine.id, other.id],
    );
    const answer = await get(other.id);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain(CANARY);
  });
});
