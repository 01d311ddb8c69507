import { type Person, TestApp } from '../../support/test-app.js';

interface Page {
  items: { action: string; api_key_id: string | null; user_id: string | null }[];
  total: number;
}

const app = TestApp.forTests();
let owner: Person;
let stranger: Person;
let admin: Person;
let mine: { id: string; secret: string };
let foreign: { id: string; secret: string };

beforeAll(async () => {
  [owner, stranger, admin] = [await app.person(), await app.person(), await app.person('admin')];
  mine = await app.key(owner);
  foreign = await app.key(stranger);
  for (const { secret } of [mine, foreign]) {
    app.clock.advance(1000);
    await app.call('GET', '/api/v1/protected/test', { key: secret });
  }
  app.clock.advance(1000);
  await app.call('POST', `/api/v1/keys/${mine.id}/disable`, { as: admin.token });
  await app.ingest();
});

const read = (query: string, as = owner) => app.call<Page>('GET', `/api/v1/logs/my-keys?${query}`, { as: as.token });

describe('200', () => {
  it('tells what anybody did to the caller’s keys and with them, and nothing else', async () => {
    const { status, body } = await read('');
    expect(status).toBe(200);
    expect(body.items.map(({ action, user_id }) => [action, user_id])).toEqual([
      ['api_key_disabled', admin.id],
      ['api_key_used', owner.id],
      ['api_key_created', owner.id],
    ]);
    expect(body.items.every(({ api_key_id }) => api_key_id === mine.id)).toBe(true);
    expect(body.total).toBe(3);
  });

  it('takes the filters of the whole log, and none of them opens it', async () => {
    expect((await read(`api_key_id=${mine.id}&action=api_key_used`)).body.total).toBe(1);
    expect((await read(`user_id=${stranger.id}`)).body.total).toBe(0);
  });

  it('is empty for a person without keys', async () => {
    expect((await read('', await app.person())).body).toMatchObject({ items: [], total: 0, pages: 0 });
  });

  it('shows an admin the keys of the admin only', async () => {
    expect((await read('', admin)).body.total).toBe(0);
  });

  it('is read by a key with the scope, on behalf of its owner', async () => {
    const reader = await app.key(stranger, { permissions: ['akm:logs:read'] });
    const { status, body } = await app.call<Page>('GET', '/api/v1/logs/my-keys', { key: reader.secret });
    expect(status).toBe(200);
    expect(body.items.every(({ api_key_id }) => api_key_id === foreign.id || api_key_id === reader.id)).toBe(true);
  });

  it('still tells of a key that was revoked', async () => {
    const key = await app.key(owner);
    await app.call('DELETE', `/api/v1/keys/${key.id}`, { as: owner.token });
    expect((await read(`api_key_id=${key.id}`)).body.total).toBe(2);
  });
});

describe('401', () => {
  it('is for whoever does not say who they are', async () => {
    expect((await app.call('GET', '/api/v1/logs/my-keys')).status).toBe(401);
  });
});

describe('403', () => {
  it('refuses a key without the scope', async () => {
    const key = await app.key(owner, { permissions: ['read'] });
    expect((await app.call('GET', '/api/v1/logs/my-keys', { key: key.secret })).status).toBe(403);
  });
});

describe('404', () => {
  it('answers alike for somebody else’s key and for one that never was', async () => {
    const somebodys = await read(`api_key_id=${foreign.id}`);
    const nobodys = await read('api_key_id=01930000-0000-7000-8000-000000000000');
    expect(somebodys).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect({ ...somebodys.body, instance: '' }).toEqual({ ...nobodys.body, instance: '' });
  });
});

describe('422', () => {
  it('refuses an id that is none', async () => {
    expect(await read('api_key_id=mine')).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
  });
});
