import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let admin: Person;
beforeAll(async () => {
  admin = await app.person('admin');
});

const keyOf = (...permissions: string[]) => app.key(admin, { permissions });
const act = (key: string, method: string, path: string, body?: unknown) =>
  app.call(method, `/api/v1/keys${path}`, { key, ...(body !== undefined && { body }) });

describe('a key that manages keys', () => {
  it('gets no wider key’s secret by rotating it', async () => {
    const wide = await keyOf('akm:*');
    const narrow = await keyOf('akm:keys:write');
    const answer = await act(narrow.secret, 'POST', `/${wide.id}/rotate`, {});
    expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    expect(answer.text).not.toContain('api_key');
  });

  it('widens no other key beyond itself, and neither bounds nor permissions of its own', async () => {
    const narrow = await keyOf('akm:keys:write', 'read');
    const wide = await keyOf('admin');
    expect((await act(narrow.secret, 'PUT', `/${wide.id}`, { allowed_ips: null })).status).toBe(403);
    expect((await act(narrow.secret, 'PUT', `/${narrow.id}`, { never_expires: true })).status).toBe(403);
    const peer = await keyOf('read');
    expect((await act(narrow.secret, 'PUT', `/${peer.id}`, { permissions: ['read', 'write'] })).status).toBe(403);
    expect((await act(narrow.secret, 'PUT', `/${peer.id}`, { name: 'renamed' })).status).toBe(200);
  });

  it('mints nothing that it was not given', async () => {
    const narrow = await keyOf('akm:keys:write', 'read');
    expect((await act(narrow.secret, 'POST', '', { name: 'n', permissions: ['admin'] })).status).toBe(403);
    expect((await act(narrow.secret, 'POST', '', { name: 'n', permissions: ['akm:verify'] })).status).toBe(403);
    expect((await act(narrow.secret, 'POST', '', { name: 'n', permissions: ['read'] })).status).toBe(201);
  });

  it('may always take power away', async () => {
    const narrow = await keyOf('akm:keys:write');
    const wide = await keyOf('akm:*', 'admin');
    expect((await act(narrow.secret, 'POST', `/${wide.id}/disable`)).status).toBe(200);
    expect((await act(narrow.secret, 'POST', `/${wide.id}/enable`)).status).toBe(403);
    expect((await act(narrow.secret, 'DELETE', `/${wide.id}`)).status).toBe(204);
  });
});

describe('a secret sent where it does not belong', () => {
  it('is kept nowhere', async () => {
    const reader = await keyOf('akm:keys:read');
    const { secret } = await keyOf('read');
    await act(reader.secret, 'GET', `/${secret}`);
    await app.call('GET', '/api/v1/protected/test', { key: secret, headers: { 'user-agent': `client ${secret}` } });
    await app.ingest();
    const { text } = await app.call('GET', '/api/v1/logs?page_size=500', { as: admin.token });
    expect(text).toContain(secret.slice(0, 15));
    expect(text).not.toContain(secret.slice(0, 20));
  });
});

describe('unknown keys', () => {
  it('verified by one service do not use up the patience with another', async () => {
    const service = await app.key(admin, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 });
    const codes = new Set<unknown>();
    for (let guess = 0; guess < 40; guess++) {
      const { body } = await app.call('POST', '/api/v1/verify', {
        key: service.secret,
        body: { key: `akm_live_${guess}` },
      });
      codes.add(body.code);
    }
    expect(codes).toEqual(new Set(['MALFORMED']));
  });
});
