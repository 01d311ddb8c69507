import { type Person, TestApp } from '../../support/test-app.js';

interface Page {
  items: { id: string; name: string; status: string }[];
  total: number;
  page: number;
  page_size: number;
  pages: number;
}

const app = TestApp.forTests();
let owner: Person;
let admin: Person;
beforeAll(async () => {
  owner = await app.person();
  admin = await app.person('admin');
  for (const name of ['alpha', 'beta', 'gamma', '100%']) await app.key(owner, { name, tags: [name] });
  await app.key(await app.person(), { name: 'foreign' });
});

const MANY = 600;
/** $1 a key, $2 how many times. */
const COPIES = `
  INSERT INTO api_keys SELECT (jsonb_populate_record(k, jsonb_build_object('id', gen_random_uuid(), 'name', 'the copy ' || n))).*
  FROM api_keys k, generate_series(1, $2) AS n WHERE k.id = $1`;

const list = (query: string, as = owner) => app.call<Page>('GET', `/api/v1/keys?${query}`, { as: as.token });
const namesOf = async (query: string, as = owner) => (await list(query, as)).body.items.map(({ name }) => name);

describe('200', () => {
  it('lists the caller’s keys, newest first, page by page', async () => {
    const { status, body } = await list('page=2&page_size=3');
    expect(status).toBe(200);
    expect(body).toMatchObject({ total: 4, page: 2, page_size: 3, pages: 2, items: [{ name: 'alpha' }] });
    expect(await namesOf('')).toEqual(['100%', 'gamma', 'beta', 'alpha']);
  });

  it('counts keys of which there are many more than on a page, and has each on one of the pages', async () => {
    const person = await app.person();
    const { id } = await app.key(person, { name: 'one of many' });
    await app.dataSource.query(COPIES, [id, MANY]);
    const pages = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((page) => list(`page=${page}&page_size=100`, person)));
    const all = pages.flatMap(({ body }) => body.items.map((key) => key.id));
    expect(pages.map(({ body }) => body.total)).toEqual(pages.map(() => MANY + 1));
    expect([all.length, new Set(all).size]).toEqual([MANY + 1, MANY + 1]);
    for (const page of [14, 25, 29]) {
      const { items } = (await list(`page=${page}&page_size=20`, person)).body;
      expect(items.map((key) => key.id)).toEqual(all.slice((page - 1) * 20, page * 20));
    }
    expect((await list('q=copy+29&page_size=5', person)).body).toMatchObject({ total: 11, pages: 3 });
    expect((await list('page=9&page_size=100', person)).body).toMatchObject({ total: MANY + 1, items: [] });
  });

  it('lists everybody’s for an admin, or one person’s', async () => {
    expect(await namesOf('sort=name', admin)).toContain('foreign');
    expect(await namesOf(`owner_id=${owner.id}&sort=name`, admin)).toEqual(['100%', 'alpha', 'beta', 'gamma']);
  });

  it('finds by part of the name, taking % and _ for what they are', async () => {
    expect(await namesOf('q=ALPH')).toEqual(['alpha']);
    expect(await namesOf('q=%25')).toEqual(['100%']);
    expect(await namesOf('q=alph_')).toEqual([]);
    expect(await namesOf('tag=beta')).toEqual(['beta']);
  });

  it('finds by part of what is shown of the secret, whoever issued it', async () => {
    const person = await app.person();
    const { id, secret } = await app.key(person, { name: 'ours' });
    const row = { name: 'theirs', hash: 'ab'.repeat(32), algorithm: 'sha256', key_prefix: 'Old: one 4f' };
    await app.call('POST', '/api/v1/keys/import', { as: person.token, body: [row] });
    const shown = secret.slice(0, 'akm_live_'.length + 6);
    const found = async (q: string) => (await list(`q=${encodeURIComponent(q)}`, person)).body.items;
    expect((await found(shown.slice(5).toUpperCase())).map((key) => key.id)).toEqual([id]);
    for (const q of ['old:', 'one 4', 'ONE']) expect((await found(q)).map(({ name }) => name)).toEqual(['theirs']);
  });

  it('filters by the very status that it shows', async () => {
    const person = await app.person();
    const active = await app.key(person, { name: 'active' });
    const rotating = await app.key(person, { name: 'rotating' });
    const disabled = await app.key(person, { name: 'disabled' });
    const revoked = await app.key(person, { name: 'revoked' });
    const soon = new Date(app.clock.now() + 1000).toISOString();
    await app.key(person, { name: 'expired', expires_at: soon });
    const act = (id: string, action: string) =>
      app.call('POST', `/api/v1/keys/${id}/${action}`, { as: person.token, body: {} });
    await act(rotating.id, 'rotate');
    await act(disabled.id, 'rotate');
    await act(disabled.id, 'disable');
    await app.call('DELETE', `/api/v1/keys/${revoked.id}`, { as: person.token });
    app.clock.advance(1000);
    for (const status of ['active', 'rotating', 'disabled', 'expired', 'revoked']) {
      const { body } = await list(`status_filter=${status}`, person);
      expect(body.items.map(({ name, status }) => [name, status])).toEqual([[status, status]]);
    }
    expect(active.id).toBeDefined();
    expect(await namesOf('expiring_within_days=1', person)).toEqual([]);
  });
});

describe('403', () => {
  it('lets only admins ask for the keys of somebody else', async () => {
    expect((await list(`owner_id=${admin.id}`)).status).toBe(403);
    expect((await list(`owner_id=${owner.id}`)).status).toBe(200);
  });
});

describe('422', () => {
  it.each([
    'page=0',
    'page_size=101',
    'page=0x10',
    'page=1e1',
    'sort=id',
    'status_filter=gone',
    'nonsense=1',
    'unused_for_days=0',
    'unused_for_days=3651',
    'owner_id=x',
  ])('refuses ?%s', async (query) => {
    expect((await list(query)).status).toBe(422);
  });
});
