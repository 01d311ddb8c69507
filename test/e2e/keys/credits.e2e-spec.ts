import { type Person, TestApp } from '../../support/test-app.js';

const HOUR_MS = 3_600_000;

const app = TestApp.forTests();
let owner: Person;
let service: string;
// Tests move the clock by days; a session does not last that long.
beforeEach(async () => {
  owner = await app.person();
  service = (await app.key(owner, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 })).secret;
});

const ROOMY = { rate_limit_per_minute: 10_000, rate_limit_per_hour: 100_000, rate_limit_per_day: 1_000_000 };
const counted = (credits: object, more: object = {}) => app.key(owner, { ...ROOMY, credits, ...more });
const use = (key: string) => app.call('GET', '/api/v1/protected/test', { key });
const verify = (key: string, cost?: number) =>
  app.call<{ code: string; credits: { remaining: number; refill: object | null } | null; retry_after: number }>(
    'POST',
    '/api/v1/verify',
    { key: service, body: { key, ...(cost !== undefined && { cost }) } },
  );
const creditsOf = async (id: string) => (await app.call('GET', `/api/v1/keys/${id}`, { as: owner.token })).body.credits;
const update = (id: string, body: object) => app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body });
const atOnce = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));

describe('a key with credits', () => {
  it('takes one a use, says what is left, and is refused with none', async () => {
    const { id, secret } = await counted({ remaining: 2 });
    expect(await creditsOf(id)).toEqual({ remaining: 2, refill: null });
    expect((await use(secret)).status).toBe(200);
    expect((await verify(secret)).body).toMatchObject({ code: 'VALID', credits: { remaining: 0, refill: null } });
    const refused = await use(secret);
    expect([refused.status, refused.body.code]).toEqual([429, 'API_KEY_USAGE_EXCEEDED']);
    expect(refused.headers.get('retry-after')).toBeNull();
    expect((await verify(secret)).body).toMatchObject({ code: 'USAGE_EXCEEDED', credits: { remaining: 0 } });
    expect(await creditsOf(id)).toEqual({ remaining: 0, refill: null });
  });

  it('takes what a use costs, all of it or nothing, and nothing for a look', async () => {
    const { id, secret } = await counted({ remaining: 10 });
    expect((await verify(secret, 7)).body.credits?.remaining).toBe(3);
    expect((await verify(secret, 4)).body).toMatchObject({ code: 'USAGE_EXCEEDED', credits: { remaining: 3 } });
    expect((await verify(secret, 0)).body).toMatchObject({ code: 'VALID', credits: { remaining: 3 } });
    expect((await verify(secret, 3)).body).toMatchObject({ code: 'VALID', credits: { remaining: 0 } });
    expect((await verify(secret, 0)).body.code).toBe('VALID');
    expect(await creditsOf(id)).toEqual({ remaining: 0, refill: null });
  });

  it('keeps them through a rotation', async () => {
    const { id, secret } = await counted({ remaining: 2 });
    const path = `/api/v1/keys/${id}/rotate`;
    const { body } = await app.call<{ new_key: { api_key: string } }>('POST', path, { as: owner.token, body: {} });
    for (const either of [secret, body.new_key.api_key]) expect((await use(either)).status).toBe(200);
    expect((await use(secret)).body.code).toBe('API_KEY_USAGE_EXCEEDED');
  });

  it.each([
    [200, 1, 100],
    [64, 3, 33],
  ])('admits exactly what was paid for when %d uses of %d arrive at once', async (uses, cost, admitted) => {
    const { id, secret } = await counted({ remaining: 100 });
    const codes = (await atOnce(uses, () => verify(secret, cost))).map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'VALID')).toHaveLength(admitted);
    expect(codes.filter((code) => code === 'USAGE_EXCEEDED')).toHaveLength(uses - admitted);
    expect(await creditsOf(id)).toEqual({ remaining: 100 - admitted * cost, refill: null });
  });

  it('pays for no use that its limits refuse, and is refused for its credits first', async () => {
    const { id, secret } = await counted({ remaining: 5 }, { rate_limit_per_minute: 2 });
    const codes = (await atOnce(10, () => verify(secret))).map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'VALID')).toHaveLength(2);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(8);
    expect(await creditsOf(id)).toEqual({ remaining: 3, refill: null });
    expect((await verify(secret, 4)).body.code).toBe('USAGE_EXCEEDED');
  });
});

describe('a refill', () => {
  it('comes at midnight UTC to whoever looks or uses first, and once to all of them', async () => {
    const { id, secret } = await counted({ remaining: 1, refill: { amount: 40, interval: 'daily' } });
    await use(secret);
    const refused = await use(secret);
    expect(refused.body.code).toBe('API_KEY_USAGE_EXCEEDED');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect((app.clock.now() + seconds * 1000) % (24 * HOUR_MS)).toBe(0);
    app.clock.advance(seconds * 1000 - 1);
    expect((await use(secret)).body.code).toBe('API_KEY_USAGE_EXCEEDED');
    app.clock.advance(1);
    expect(await creditsOf(id)).toEqual({ remaining: 40, refill: { amount: 40, interval: 'daily' } });
    const codes = (await atOnce(64, () => verify(secret))).map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'VALID')).toHaveLength(40);
    expect(await creditsOf(id)).toMatchObject({ remaining: 0 });
  });

  it('neither piles up over days without a use, nor takes away what is above it, for whoever looks or uses', async () => {
    const few = await counted({ remaining: 2, refill: { amount: 5, interval: 'daily' } }, { never_expires: true });
    const many = await counted({ remaining: 50, refill: { amount: 5, interval: 'daily' } }, { never_expires: true });
    app.clock.advance(3 * 24 * HOUR_MS);
    service = (await app.key(await app.person(), { permissions: ['akm:verify'] })).secret;
    expect((await verify(few.secret, 0)).body.credits?.remaining).toBe(5);
    expect((await verify(many.secret, 0)).body.credits?.remaining).toBe(50);
    expect((await verify(few.secret)).body.credits?.remaining).toBe(4);
    expect((await verify(many.secret)).body.credits?.remaining).toBe(49);
  });

  it('comes with the first of a month', async () => {
    const { secret } = await counted(
      { remaining: 0, refill: { amount: 7, interval: 'monthly' } },
      { never_expires: true },
    );
    const { retry_after } = (await verify(secret)).body;
    const first = new Date(app.clock.now() + retry_after * 1000);
    expect([first.getUTCDate(), first.getTime() % (24 * HOUR_MS)]).toEqual([1, 0]);
    app.clock.advance(retry_after * 1000);
    expect((await verify(secret)).body.credits).toEqual({ remaining: 6, refill: { amount: 7, interval: 'monthly' } });
  });
});

describe('PUT /keys/{id}', () => {
  it('sets them anew, leaves them when they are not named, and stops counting with null', async () => {
    const { id, secret } = await counted({ remaining: 0 });
    await update(id, { name: 'renamed' });
    expect((await use(secret)).body.code).toBe('API_KEY_USAGE_EXCEEDED');
    const set = { remaining: 1, refill: { amount: 3, interval: 'monthly' } };
    expect((await update(id, { credits: set })).body.credits).toEqual(set);
    expect((await use(secret)).status).toBe(200);
    expect((await update(id, { credits: { remaining: 0 } })).body.credits).toEqual({ remaining: 0, refill: null });
    expect((await update(id, { credits: null })).body.credits).toBeNull();
    for (let at = 0; at < 3; at++) expect((await verify(secret)).body).toMatchObject({ code: 'VALID', credits: null });
    const entries = await app.dataSource.query<{ metadata: { changes: { credits?: object } } }[]>(
      `SELECT metadata FROM audit_log WHERE action = 'api_key_updated' AND api_key_id = $1 ORDER BY id`,
      [id],
    );
    expect(entries.map(({ metadata }) => metadata.changes.credits)).toEqual([
      undefined,
      { from: { remaining: 0, refill: null }, to: set },
      { from: { ...set, remaining: 0 }, to: { remaining: 0 } },
      { from: { remaining: 0, refill: null }, to: null },
    ]);
  });

  it('does not move the ETag with a use', async () => {
    const { id, secret } = await counted({ remaining: 5 });
    await use(secret);
    const headers = { 'if-match': '"1"' };
    expect((await app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body: {}, headers })).status).toBe(200);
  });
});

describe('a key without credits', () => {
  it('costs the database nothing more for those that have some', async () => {
    const { secret } = await app.key(owner);
    const pool = (app.dataSource.driver as unknown as { master: { query: (query: unknown) => unknown } }).master;
    const query = jest.spyOn(pool, 'query');
    await use(secret);
    const asked = query.mock.calls.map(([statement]) => (statement as { name?: string }).name);
    expect(asked.filter((name) => name?.includes('credits'))).toEqual([]);
    expect(asked).toContain('find_key');
    query.mockRestore();
  });

  it('shows none in lists, where the others show theirs', async () => {
    const person = await app.person();
    const [plain, rich] = [await app.key(person), await app.key(person, { credits: { remaining: 9 } })];
    const { body } = await app.call<{ items: { id: string; credits: unknown }[] }>('GET', '/api/v1/keys', {
      as: person.token,
    });
    expect(Object.fromEntries(body.items.map(({ id, credits }) => [id, credits]))).toEqual({
      [plain.id]: null,
      [rich.id]: { remaining: 9, refill: null },
    });
  });
});

describe('422', () => {
  it.each([
    [{ remaining: -1 }, 'credits.remaining'],
    [{ remaining: 1.5 }, 'credits.remaining'],
    [{ remaining: 1_000_000_001 }, 'credits.remaining'],
    [{}, 'credits.remaining'],
    [[], 'credits'],
    [7, 'credits'],
    [{ remaining: 1, refill: { amount: 0, interval: 'daily' } }, 'credits.refill.amount'],
    [{ remaining: 1, refill: { amount: 1, interval: 'hourly' } }, 'credits.refill.interval'],
    [{ remaining: 1, refill: { amount: 1 } }, 'credits.refill.interval'],
    [{ remaining: 1, refills: {} }, 'credits.refills'],
  ])('refuses %j', async (credits, field) => {
    const { status, body } = await app.call('POST', '/api/v1/keys', { as: owner.token, body: { name: 'n', credits } });
    expect([status, (body.errors as { field: string }[])[0]?.field]).toEqual([422, field]);
  });
});
