import { parseList } from 'structured-headers';
import { StoredUsageEvent } from '../../../apps/api/src/usage/usage-event.entity.js';
import { sendRaw } from '../../support/raw-http.js';
import { type Person, TestApp } from '../../support/test-app.js';

/** Everybody who calls is a proxy of ours in one, and nobody in the other. */
const app = TestApp.forTests({ TRUST_PROXY: '127.0.0.0/8' });
const open = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

const AUTH = '/api/v1/gateway/auth';
const ask = (key: string | undefined, headers: Record<string, string> = {}, query = '', on = app) =>
  on.call('GET', AUTH + query, { ...(key !== undefined && { key }), headers });
async function usesOf(keyId: string, on = app): Promise<StoredUsageEvent[]> {
  await on.ingest();
  return on.dataSource.manager.findBy(StoredUsageEvent, { keyId });
}

describe('204', () => {
  it('tells the proxy whose key it is and what it may, in headers', async () => {
    const { id, secret } = await app.key(owner, { permissions: ['read', 'invoices.*'] });
    const { status, headers, text } = await ask(secret);
    expect([status, text]).toEqual([204, '']);
    expect(['x-key-id', 'x-key-owner', 'x-key-scopes'].map((name) => headers.get(name))).toEqual([
      id,
      owner.id,
      'read invoices.*',
    ]);
    expect(headers.get('x-auth-code')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(parseList(headers.get('ratelimit') ?? '')).toHaveLength(3);
    expect(parseList(headers.get('ratelimit-policy') ?? '')).toHaveLength(3);
  });

  it('takes the key from where the original request had it', async () => {
    const { secret } = await app.key(owner);
    const forms: Record<string, string>[] = [
      { 'x-api-key': secret },
      { authorization: `ApiKey ${secret}` },
      { authorization: `Bearer ${secret}` },
    ];
    for (const headers of forms) expect((await app.call('GET', AUTH, { headers })).status).toBe(204);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL'])(
    'is the answer to %s as to any method',
    async (method) => {
      const { secret } = await app.key(owner);
      const head = `${method} ${AUTH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-Key: ${secret}\r\n\r\n`;
      expect(await sendRaw(app.nest.getHttpServer(), head)).toMatchObject({ status: 204, body: '' });
    },
  );

  it('does not care for a body, whatever it is', async () => {
    const { secret } = await app.key(owner);
    const answer = await fetch(app.url + AUTH, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'text/xml' },
      body: 'x'.repeat(1_000_000),
    });
    expect(answer.status).toBe(204);
  });

  it('takes as many tokens as the location says', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 10 });
    const remaining = async (cost: number) =>
      (await ask(secret, {}, `?cost=${cost}`)).headers.get('x-ratelimit-remaining');
    expect([await remaining(0), await remaining(7), await remaining(1)]).toEqual(['10', '3', '2']);
  });

  it('leaves a record of the original request, and of its sender', async () => {
    const { id, secret } = await app.key(owner);
    await ask(secret, {
      'x-original-method': 'DELETE',
      'x-original-uri': '/orders/7?full=1',
      'x-forwarded-for': '203.0.113.9',
      'user-agent': 'acme/1',
    });
    expect(await usesOf(id)).toMatchObject([
      { method: 'DELETE', endpoint: '/orders/7', ipAddress: '203.0.113.9', userAgent: 'acme/1' },
    ]);
  });
});

describe('401', () => {
  it('is for keys that are missing, none, unknown or over, and X-Auth-Code says which', async () => {
    const { id, secret } = await app.key(owner);
    await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
    const unknown = (await open.key(await open.person())).secret;
    for (const [key, code] of [
      [undefined, 'MISSING'],
      ['garbage', 'MALFORMED'],
      [unknown, 'NOT_FOUND'],
      [secret, 'REVOKED'],
    ] as const) {
      const { status, headers, body } = await ask(key);
      expect([status, headers.get('x-auth-code'), body.code]).toEqual([401, code, `API_KEY_${code}`]);
      expect(headers.get('www-authenticate')).toBe('ApiKey realm="akm"');
      expect(headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it.each([
    ['?service=billing&environment=production', 204, null],
    ['?service=billing&environment=staging', 401, 'WRONG_ENVIRONMENT'],
    ['?service=orders', 401, 'SERVICE_NOT_ALLOWED'],
    ['', 401, 'SERVICE_NOT_ALLOWED'],
  ])('is for a key that is for another environment or service: %s is %i', async (query, status, code) => {
    const { secret } = await app.key(owner, { allowed_services: ['billing'] });
    const answer = await ask(secret, {}, query);
    expect([answer.status, answer.headers.get('x-auth-code')]).toEqual([status, code]);
  });

  it('is for an address that may not use the key: that of the client, not of the proxy', async () => {
    const { secret } = await app.key(owner, { allowed_ips: ['203.0.113.0/24'] });
    expect((await ask(secret, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(204);
    const foreign = await ask(secret, { 'x-forwarded-for': '203.0.113.7, 198.51.100.1' });
    expect([foreign.status, foreign.headers.get('x-auth-code')]).toEqual([401, 'IP_NOT_ALLOWED']);
  });
});

describe('403', () => {
  it('is for a key that lacks what the location asks for', async () => {
    const { secret } = await app.key(owner, { permissions: ['invoices.read'] });
    const code = async (query: string) => {
      const { status, headers } = await ask(secret, {}, query);
      return [status, headers.get('x-auth-code')];
    };
    expect(await code('')).toEqual([204, null]);
    expect(await code('?permissions=invoices.read')).toEqual([204, null]);
    expect(await code('?permissions=invoices.read+AND+write')).toEqual([403, 'INSUFFICIENT_PERMISSIONS']);
  });

  it('is for a key whose tokens are spent, with the time to wait, after which it is let in', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 1 });
    await ask(secret);
    const { status, headers, body } = await ask(secret);
    expect([status, headers.get('x-auth-code'), headers.get('retry-after')]).toEqual([403, 'RATE_LIMITED', '60']);
    expect(headers.get('ratelimit')).toMatch(/^"minute";r=0;t=60/);
    expect(body).toMatchObject({ status: 403, code: 'API_KEY_RATE_LIMITED' });
    app.clock.advance(60_000);
    expect((await ask(secret)).status).toBe(204);
  });

  it('is for a key whose uses are spent', async () => {
    const { secret } = await app.key(owner, { credits: { remaining: 1 } });
    expect((await ask(secret)).status).toBe(204);
    const { status, headers } = await ask(secret);
    expect([status, headers.get('x-auth-code')]).toEqual([403, 'USAGE_EXCEEDED']);
  });

  it.each(['?api_key=', '?X-Api-Key=', '?a=1&whatever=', '?', '?next=%2F'])(
    'is for a key in the original URL (%s), and its owner can see it in the log',
    async (query) => {
      const { id, secret } = await app.key(owner);
      const { status, headers, text } = await ask(secret, { 'x-forwarded-uri': `/orders${query}${secret}` });
      expect([status, headers.get('x-auth-code')]).toEqual([403, 'KEY_IN_QUERY']);
      expect(text).not.toContain(secret);
      const log = await app.call<{ items: { action: string }[] }>('GET', `/api/v1/logs/my-keys?api_key_id=${id}`, {
        as: owner.token,
      });
      expect(log.body.items.map(({ action }) => action)).toContain('api_key_validation_failed');
    },
  );

  it('is not for what other services call a key', async () => {
    const { secret } = await app.key(owner);
    expect((await ask(secret, { 'x-original-uri': '/objects?key=a/b&access_token=x' })).status).toBe(204);
  });

  it.each<Record<string, string>>([
    { 'x-original-method': 'GET', 'x-forwarded-method': 'DELETE' },
    { 'x-original-uri': '/a', 'x-forwarded-uri': '/b' },
    { 'x-forwarded-method': 'GET, DELETE' },
    { 'x-forwarded-uri': '/a, /b' },
  ])('is for headers of which the client must have sent some: %j', async (headers) => {
    const { secret } = await app.key(owner);
    const { status, headers: sent } = await ask(secret, headers);
    expect([status, sent.get('x-auth-code')]).toEqual([403, 'BAD_REQUEST']);
  });
});

describe('the original method', () => {
  const by = (name: string, method: string) =>
    ask(undefined, { 'x-api-key': reader, [name]: method }, '?by_method=true');
  let reader: string;
  beforeAll(async () => {
    reader = (await app.key(owner, { rate_limit_per_minute: 1000 })).secret;
  });

  it('decides nothing unless the location asks', async () => {
    expect((await ask(reader, { 'x-original-method': 'DELETE' })).status).toBe(204);
  });

  it.each([
    ['x-original-method', 'GET', 204],
    ['x-original-method', 'POST', 403],
    ['x-forwarded-method', 'HEAD', 204],
    ['x-forwarded-method', 'DELETE', 403],
    ['x-forwarded-method', 'get', 403],
  ])('of %s: %s is %i for a key that may read', async (name, method, status) => {
    expect((await by(name, method)).status).toBe(status);
  });

  it('is asked for beside permissions, not in their place', async () => {
    expect((await ask(reader, { 'x-original-method': 'GET' }, '?by_method=true&permissions=write')).status).toBe(403);
  });

  it('has to be told: a proxy that forgets is refused, not believed to send GET', async () => {
    const { status, body } = await ask(reader, {}, '?by_method=true');
    expect([status, body.code]).toEqual([422, 'VALIDATION_FAILED']);
  });
});

describe('422', () => {
  it('tells whoever configures the proxy every bad parameter', async () => {
    const { status, body } = await ask(
      undefined,
      {},
      '?permissions=a+AND&cost=-1&environment=qa&unknown=1&by_method=yes',
    );
    expect(status).toBe(422);
    expect(new Set((body.errors as { field: string }[]).map(({ field }) => field))).toEqual(
      new Set(['by_method', 'cost', 'environment', 'permissions', 'unknown']),
    );
  });
});

describe('somebody who is no proxy of ours', () => {
  it('cannot say what the original request was, nor who sent it', async () => {
    const person = await open.person();
    const { id, secret } = await open.key(person);
    const claims = {
      'x-original-method': 'DELETE',
      'x-original-uri': `/x?api_key=${secret}`,
      'x-forwarded-uri': '/other',
      'x-forwarded-for': '203.0.113.9',
    };
    expect((await ask(secret, claims, '', open)).status).toBe(204);
    expect(await usesOf(id, open)).toMatchObject([{ method: 'GET', endpoint: AUTH, ipAddress: '127.0.0.1' }]);
    expect((await ask(secret, claims, '?by_method=true', open)).status).toBe(422);
  });
});
