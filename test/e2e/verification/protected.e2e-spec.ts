import { parseList } from 'structured-headers';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

const use = (key: string, method = 'GET') => app.call(method, '/api/v1/protected/test', { key });

describe('200', () => {
  it('tells which key was used', async () => {
    const { id, secret } = await app.key(owner);
    expect((await use(secret)).body).toEqual({ message: 'This key works.', api_key_id: id, permissions: ['read'] });
  });

  it('tells every limit, tightest first, in fields that an independent parser reads', async () => {
    const { secret } = await app.key(owner);
    const { headers } = await use(secret);
    expect(headers.get('ratelimit-policy')).toBe('"minute";q=60;w=60, "hour";q=1000;w=3600, "day";q=10000;w=86400');
    expect(headers.get('ratelimit')).toBe('"minute";r=59;t=1, "hour";r=999;t=4, "day";r=9999;t=9');
    expect(parseList(headers.get('ratelimit') ?? '')).toHaveLength(3);
    expect(['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`))).toEqual([
      '60',
      '59',
      String(app.clock.now() / 1000 + 1),
    ]);
  });
});

describe('403', () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
  it.each([
    ['read', ['GET', 'HEAD']],
    ['write', ['POST', 'PUT', 'PATCH']],
    ['delete', ['DELETE']],
    ['admin', methods],
  ])('lets %s do %j and nothing else', async (permission, allowed) => {
    const { secret } = await app.key(owner, { permissions: [permission] });
    for (const method of methods) {
      expect([method, (await use(secret, method)).status]).toEqual([method, allowed.includes(method) ? 200 : 403]);
    }
  });
});

describe('429', () => {
  it('says when to come back, and admits a client that does', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 2 });
    await use(secret);
    await use(secret);
    const refused = await use(secret);
    expect([refused.status, refused.body.code]).toEqual([429, 'API_KEY_RATE_LIMITED']);
    expect(refused.headers.get('ratelimit')).toMatch(/^"minute";r=0;t=60/);
    expect(refused.headers.get('retry-after')).toBe('30');
    app.clock.advance(29_999);
    expect((await use(secret)).status).toBe(429);
    app.clock.advance(1);
    expect((await use(secret)).status).toBe(200);
  });

  it('limits an address that shows keys which are none', async () => {
    const fresh = await TestApp.start();
    const codes: unknown[] = [];
    for (let guess = 0; guess < 31; guess++) {
      codes.push((await fresh.call('GET', '/api/v1/protected/test', { key: `akm_live_${guess}` })).body.code);
    }
    await fresh.stop();
    expect(codes.slice(0, 30).every((code) => code === 'API_KEY_MALFORMED')).toBe(true);
    expect(codes[30]).toBe('API_KEY_RATE_LIMITED');
  });
});
