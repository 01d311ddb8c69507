import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let verifier: string;
beforeAll(async () => {
  owner = await app.person();
  verifier = (await app.key(owner, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 })).secret;
});

interface Verdict {
  code: string;
  key_id: string | null;
  request_id: string;
  rate_limit: { remaining: number }[];
}

const verify = (body: unknown, key = verifier) => app.call<Verdict[]>('POST', '/api/v1/verify/batch', { key, body });

describe('200', () => {
  it('judges each key by itself, in the order in which they were asked for', async () => {
    const reader = await app.key(owner);
    const writer = await app.key(owner, { permissions: ['write'] });
    const { status, body, headers } = await verify([
      { key: writer.secret, permissions: ['write'] },
      { key: 'garbage' },
      { key: reader.secret, permissions: ['write'] },
      { key: reader.secret },
    ]);
    expect(status).toBe(200);
    expect(body.map(({ code, key_id: id }) => [code, id])).toEqual([
      ['VALID', writer.id],
      ['MALFORMED', null],
      ['INSUFFICIENT_PERMISSIONS', reader.id],
      ['VALID', reader.id],
    ]);
    expect(new Set(body.map(({ request_id: id }) => id))).toEqual(new Set([headers.get('x-request-id')]));
  });

  it('says of each key what POST /verify says of it', async () => {
    const { secret } = await app.key(owner, { meta: { plan: 'gold' }, external_id: 'customer-42' });
    const asked = { key: secret, permissions: 'read OR write', cost: 0 };
    const { body: one } = await app.call('POST', '/api/v1/verify', { key: verifier, body: asked });
    const { body: many } = await verify([asked]);
    expect(many).toEqual([{ ...one, request_id: many[0]?.request_id }]);
  });

  it('spends the tokens of a key that is asked for twice, exactly', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 3 });
    const { body } = await verify(Array.from({ length: 5 }, () => ({ key: secret })));
    expect(body.map(({ code }) => code)).toEqual(['VALID', 'VALID', 'VALID', 'RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('answers a hundred, and counts every use', async () => {
    const { id, secret } = await app.key(owner, { rate_limit_per_minute: 1000 });
    const { body } = await verify(Array.from({ length: 100 }, () => ({ key: secret })));
    expect(body.filter(({ code }) => code === 'VALID')).toHaveLength(100);
    await app.ingest();
    const { body: key } = await app.call('GET', `/api/v1/keys/${id}`, { as: owner.token });
    expect(key.usage_count).toBe(100);
  });

  it('tells a key that asks of its own limits, not of those it asks about', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 7 });
    const { headers } = await verify([{ key: secret }]);
    expect(headers.get('ratelimit-policy')).toContain('"minute";q=10000;w=60');
  });
});

describe('401 and 403', () => {
  it('are what callers get that may not ask', async () => {
    const { secret } = await app.key(owner, { permissions: ['read', 'admin'] });
    expect((await app.call('POST', '/api/v1/verify/batch', { body: [{ key: 'k' }] })).status).toBe(401);
    expect((await verify([{ key: 'k' }], 'garbage')).status).toBe(401);
    expect((await verify([{ key: 'k' }], secret)).status).toBe(403);
  });
});

describe('422', () => {
  it.each([[{}], [[]], ['key'], [Array.from({ length: 101 }, () => ({ key: 'k' }))]])(
    'is for what is no list of 1 to 100 keys (%#)',
    async (body) => {
      expect((await verify(body)).status).toBe(422);
    },
  );

  it('names every bad field of every item, and spends nothing of the good ones', async () => {
    const { secret } = await app.key(owner);
    const { status, body } = await app.call('POST', '/api/v1/verify/batch', {
      key: verifier,
      body: [{ key: secret }, { key: 1, cost: -1 }, null, { key: secret, unknown: true }],
    });
    expect(status).toBe(422);
    expect(new Set((body.errors as { field: string }[]).map(({ field }) => field))).toEqual(
      new Set(['1.key', '1.cost', '2', '3.unknown']),
    );
    const { body: looked } = await verify([{ key: secret, cost: 0 }]);
    expect(looked[0]?.rate_limit[0]?.remaining).toBe(60);
  });
});
