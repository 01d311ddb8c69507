import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { generateKey, VERDICT_CODES, type VerdictCode } from '#domain';
import { type Answer, type Call, type Person, TestApp } from '../../support/test-app.js';

interface Explained {
  request_id: string;
  uses: {
    code: VerdictCode;
    key_id: string | null;
    key_name: string | null;
    key_prefix: string | null;
    summary: string;
    observed: { ip_address: string | null; endpoint: string };
    rule: { name: string; then?: unknown; now: unknown; changed_at: string[] } | null;
    passes_now: boolean | null;
    unknown: string[];
    remedies: { text: string; call: { method: string; path: string; body: Record<string, unknown> | null } | null }[];
    links: { key: string | null; log: string; problem: string | null };
  }[];
  changes: { action: string; key_id: string | null; status_code: number | null }[];
  changes_total: number;
}

type Key = Awaited<ReturnType<TestApp['key']>>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const app = TestApp.forTests({ TRUST_PROXY: '127.0.0.1/32' });
let owner: Person;
let stranger: Person;
let admin: Person;
let verifier: Key;

beforeAll(async () => {
  [owner, stranger, admin] = [await app.person(), await app.person(), await app.person('admin')];
  verifier = await app.key(stranger, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 });
});
// Every request of a test is at a time of its own.
beforeEach(() => {
  app.clock.advance(MINUTE_MS);
});

/** A request that is named as akm names them, but by the clock of the test. */
function ask(method: string, path: string, call: Call = {}) {
  return app.call(method, path, { ...call, headers: { 'x-request-id': uuidv7({ msecs: app.clock.now() }) } });
}

const verify = (body: object) => ask('POST', '/api/v1/verify', { key: verifier.secret, body });
const protectedRoute = (secret: string, method = 'GET') => ask(method, '/api/v1/protected/test', { key: secret });
const idOf = ({ headers }: Pick<Answer, 'headers'>) => headers.get('x-request-id') ?? '';
const explain = (id: string, as: Person = owner, query = '') =>
  app.call<Explained>('GET', `/api/v1/requests/${id}/explain${query}`, { as: as.token });

async function signInAgain(): Promise<void> {
  [owner, stranger, admin] = [await app.signedIn(owner), await app.signedIn(stranger), await app.signedIn(admin)];
}

async function explainedUse(answer: Answer, as: Person = owner) {
  const { status, body } = await explain(idOf(answer), as);
  expect(status).toBe(200);
  // The key that asked is the stranger's: of the uses in the request the owner sees one, and the admin all.
  const uses = body.uses.filter(({ key_id }) => key_id !== verifier.id);
  expect(uses).toHaveLength(1);
  const [use] = uses;
  if (!use) throw new Error('one was expected');
  return use;
}

async function rotated(key: Key): Promise<void> {
  await app.call('POST', `/api/v1/keys/${key.id}/rotate`, { as: owner.token, body: { grace_period_hours: 0 } });
  app.clock.advance(1);
}

async function changed(key: Key, step: 'disable' | 'revoke'): Promise<void> {
  if (step === 'revoke') await app.call('DELETE', `/api/v1/keys/${key.id}`, { as: owner.token });
  else await app.call('POST', `/api/v1/keys/${key.id}/disable`, { as: owner.token });
  app.clock.advance(1);
}

/** How a real request comes to each verdict, and what has to be said of it. */
const CASES: Record<VerdictCode, { use: () => Promise<Answer>; says: RegExp; rule: object | null; as?: 'admin' }> = {
  VALID: {
    use: async () => protectedRoute((await app.key(owner)).secret),
    says: /was let in at .*The request was GET \/api\/v1\/protected\/test, from 127\.0\.0\.1/,
    rule: null,
  },
  MISSING: {
    use: () => ask('GET', '/api/v1/protected/test'),
    says: /refused.*carried no API key/,
    rule: null,
    as: 'admin',
  },
  MALFORMED: {
    use: () => protectedRoute('akm_live_nonsense'),
    says: /refused.*not one, or a character of it is wrong/,
    rule: null,
    as: 'admin',
  },
  NOT_FOUND: {
    use: () => protectedRoute(generateKey('production', randomBytes).reveal()),
    says: /refused.*no key has it/,
    rule: null,
    as: 'admin',
  },
  REVOKED: {
    use: async () => {
      const key = await app.key(owner);
      await changed(key, 'revoke');
      return protectedRoute(key.secret);
    },
    says: /revoked for good/,
    rule: { name: 'state', then: 'revoked', now: 'revoked' },
  },
  DISABLED: {
    use: async () => {
      const key = await app.key(owner);
      await changed(key, 'disable');
      return protectedRoute(key.secret);
    },
    says: /switched off/,
    rule: { name: 'state', then: 'disabled', now: 'disabled' },
  },
  GRACE_ENDED: {
    use: async () => {
      const key = await app.key(owner);
      await rotated(key);
      return protectedRoute(key.secret);
    },
    says: /has been replaced, and the time to change over ended at 2026/,
    rule: { name: 'grace_period_ends_at' },
  },
  EXPIRED: {
    use: async () => {
      const key = await app.key(owner, { expires_in_days: 1 });
      app.clock.advance(DAY_MS);
      await signInAgain();
      return protectedRoute(key.secret);
    },
    says: /it expired at 2026/,
    rule: { name: 'expires_at' },
  },
  WRONG_ENVIRONMENT: {
    use: async () => verify({ key: (await app.key(owner)).secret, environment: 'staging' }),
    says: /it is a key for production/,
    rule: { name: 'environment', then: 'production', now: 'production' },
  },
  SERVICE_NOT_ALLOWED: {
    use: async () => verify({ key: (await app.key(owner, { allowed_services: ['billing'] })).secret, service: 'mail' }),
    says: /not shown at a service that it may be used at \(billing\)/,
    rule: { name: 'allowed_services', then: ['billing'], now: ['billing'] },
  },
  IP_NOT_ALLOWED: {
    use: async () => verify({ key: (await app.key(owner, { allowed_ips: ['10.0.0.0/8'] })).secret, ip: '203.0.113.7' }),
    says: /203\.0\.113\.7 is not an address that it may be used from \(10\.0\.0\.0\/8\)/,
    rule: { name: 'allowed_ips', then: ['10.0.0.0/8'], now: ['10.0.0.0/8'] },
  },
  USER_AGENT_NOT_ALLOWED: {
    use: async () =>
      verify({ key: (await app.key(owner, { allowed_user_agents: ['billing/'] })).secret, user_agent: 'curl/8.5' }),
    says: /curl\/8\.5 is not a client that it may be used by \(billing\/\)/,
    rule: { name: 'allowed_user_agents', then: ['billing/'] },
  },
  INSUFFICIENT_PERMISSIONS: {
    use: async () => protectedRoute((await app.key(owner)).secret, 'POST'),
    says: /lacked a permission that was asked for; it held read/,
    rule: { name: 'permissions', then: ['read'], now: ['read'] },
  },
  USAGE_EXCEEDED: {
    use: async () => {
      const { secret } = await app.key(owner, { credits: { remaining: 1 } });
      await protectedRoute(secret);
      return protectedRoute(secret);
    },
    says: /fewer credits left than the use would have cost/,
    rule: { name: 'credits', now: { remaining: 0, refill: null } },
  },
  RATE_LIMITED: {
    use: async () => {
      const { secret } = await app.key(owner, { rate_limit_per_minute: 2 });
      await protectedRoute(secret);
      await protectedRoute(secret);
      return protectedRoute(secret);
    },
    says: /more often than its limits allow\. It had been let in 2 times in the minute, about 2 times in the hour/,
    rule: { name: 'rate_limits', now: { minute: 2, hour: null, day: null } },
  },
};

describe('200', () => {
  it.each(VERDICT_CODES)('explains %s, which a real request came to, as soon as it is answered', async (code) => {
    const { use, says, rule, as } = CASES[code];
    const explained = await explainedUse(await use(), as === 'admin' ? admin : owner);
    expect(explained.code).toBe(code);
    expect(explained.summary).toMatch(says);
    if (rule === null) expect(explained.rule).toBeNull();
    else expect(explained.rule).toMatchObject({ ...rule, changed_at: [] });
    expect(explained.passes_now ?? false).toBe(false);
    expect(explained.remedies.length > 0).toBe(code !== 'VALID');
    expect(explained.links.problem).toBe(
      code === 'VALID' ? null : `/problems/api-key-${code.toLowerCase().replaceAll('_', '-')}`,
    );
  });

  it('offers the call that lets the same use in, and says afterwards that it would pass', async () => {
    const { id, secret } = await app.key(owner, { allowed_ips: ['10.0.0.0/8'] });
    const refused = await verify({ key: secret, ip: '203.0.113.7' });
    const { key_prefix, remedies } = await explainedUse(refused);
    expect(secret.startsWith(key_prefix ?? '?')).toBe(true);
    const call = remedies[0]?.call;
    expect(call).toEqual({
      method: 'PUT',
      path: `/api/v1/keys/${id}`,
      body: { allowed_ips: ['10.0.0.0/8', '203.0.113.7'] },
    });
    app.clock.advance(1000);
    await app.call(call?.method ?? '', call?.path ?? '', { as: owner.token, body: call?.body });
    expect((await verify({ key: secret, ip: '203.0.113.7' })).body.code).toBe('VALID');
    const { rule, passes_now, remedies: now } = await explainedUse(refused);
    expect(rule).toEqual({
      name: 'allowed_ips',
      then: ['10.0.0.0/8'],
      now: ['10.0.0.0/8', '203.0.113.7'],
      changed_at: [new Date(app.clock.now()).toISOString()],
    });
    expect(passes_now).toBe(true);
    expect(now).toHaveLength(1);
    expect(now[0]?.call).toBeNull();
  });

  it('says that a key was enabled since', async () => {
    const refused = await CASES.DISABLED.use();
    const { links, remedies } = await explainedUse(refused);
    app.clock.advance(1000);
    await app.call('POST', remedies[0]?.call?.path ?? '', { as: owner.token });
    const { rule, passes_now } = await explainedUse(refused);
    expect(rule).toMatchObject({ then: 'disabled', now: 'active', changed_at: [expect.any(String)] });
    expect(passes_now).toBe(true);
    expect((await app.call('GET', links.key ?? '', { as: owner.token })).status).toBe(200);
  });

  it('tells each owner of a batch of their keys only, and an admin of all', async () => {
    const [mine, theirs] = [await app.key(owner), await app.key(stranger, { allowed_ips: ['10.0.0.0/8'] })];
    const unknown = generateKey('production', randomBytes).reveal();
    const body = [{ key: mine.secret }, { key: theirs.secret }, { key: unknown }];
    const answer = await ask('POST', '/api/v1/verify/batch', { key: verifier.secret, body });
    const of = async (person: Person) =>
      (await explain(idOf(answer), person)).body.uses.map(({ key_id, code }) => [key_id, code]);
    expect(await of(owner)).toEqual([[mine.id, 'VALID']]);
    expect(await of(stranger)).toEqual([
      [verifier.id, 'VALID'],
      [theirs.id, 'IP_NOT_ALLOWED'],
    ]);
    // Keys that are looked at for the first time are judged as the database answers, in any order.
    const all = await of(admin);
    expect(all[0]).toEqual([verifier.id, 'VALID']);
    expect(all.slice(1).sort()).toEqual(
      [
        [mine.id, 'VALID'],
        [theirs.id, 'IP_NOT_ALLOWED'],
        [null, 'NOT_FOUND'],
      ].sort(),
    );
  });

  it.each([
    ['GET /verify', (secret: string) => ask('GET', '/api/v1/verify', { key: secret })],
    ['the gateway', (secret: string) => ask('GET', '/api/v1/gateway/auth', { key: secret })],
    [
      'introspection',
      (secret: string) =>
        ask('POST', '/oauth/introspect', { key: verifier.secret, body: { token: secret, user_agent: 'x' } }),
    ],
    ['the management of keys', (secret: string) => ask('GET', '/api/v1/keys', { key: secret })],
  ])('explains what %s answered', async (_, request) => {
    const key = await app.key(owner);
    await changed(key, 'disable');
    expect(await explainedUse(await request(key.secret))).toMatchObject({ code: 'DISABLED', key_id: key.id });
  });

  it('tells what a request changed, and the use of the key that asked for it', async () => {
    const manager = await app.key(owner, { permissions: ['akm:keys:write'] });
    const made = await ask('POST', '/api/v1/keys', {
      key: manager.secret,
      body: { name: 'new', permissions: [] },
    });
    const { body } = await explain(idOf(made));
    expect(body.uses.map(({ key_id, code }) => [key_id, code])).toEqual([[manager.id, 'VALID']]);
    expect(body.changes).toMatchObject([{ action: 'api_key_created', key_id: made.body.id, status_code: 201 }]);
    expect(body.changes_total).toBe(1);
  });

  it('finds what a proxy has named, by the time of it', async () => {
    const { secret } = await app.key(owner);
    const at = new Date(app.clock.now()).toISOString();
    const named = { headers: { 'x-request-id': 'edge.4711' } };
    const answer = await app.call('GET', '/api/v1/protected/test', { key: secret, ...named });
    expect(idOf(answer)).toBe('edge.4711');
    expect(await explainedUse(answer)).toMatchObject({ code: 'VALID' });
    app.clock.advance(DAY_MS);
    await signInAgain();
    expect((await explain('edge.4711')).status).toBe(404);
    expect((await explain('edge.4711', owner, `?at=${at}`)).body.uses).toHaveLength(1);
  });

  it('finds a use that was recorded long after its request began', async () => {
    const late = uuidv7({ msecs: app.clock.now() - 30 * MINUTE_MS });
    const { secret } = await app.key(owner);
    await app.call('GET', '/api/v1/protected/test', { key: secret, headers: { 'x-request-id': late } });
    await app.ingest();
    expect((await explain(late)).body.uses).toHaveLength(1);
  });
});

describe('404', () => {
  it('is the same for a request of somebody else, one that never was and a name that none has', async () => {
    const foreign = idOf(await protectedRoute((await app.key(stranger)).secret));
    const answers = await Promise.all([foreign, uuidv7(), 'no%20name', 'x'.repeat(65)].map((id) => explain(id)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    const [first, second] = answers.map((answer) => answer.text.replace(idOf(answer), ''));
    expect(first).toBe(second);
    expect(answers[0]?.text).toContain('ask again');
    expect((await explain(foreign, stranger)).status).toBe(200);
  });

  it('is what anybody but an admin is told of keys that are none', async () => {
    const guessed = await protectedRoute(generateKey('production', randomBytes).reveal());
    expect((await explain(idOf(guessed))).status).toBe(404);
    expect((await explain(idOf(guessed), admin)).status).toBe(200);
  });
});

describe('a server whose clock is right, and which keeps a part of addresses', () => {
  const truncating = TestApp.forTests({ LOG_ADDRESSES: 'truncated' });
  // Requests are named by the clock of the machine.
  beforeAll(() => {
    truncating.clock.advance(Date.now() - truncating.clock.now());
  });

  it('finds a request by the id it gave, and offers nothing that is not known', async () => {
    const person = await truncating.person();
    const { secret } = await truncating.key(person, { allowed_ips: ['10.0.0.0/8'] });
    const refused = await truncating.call('GET', '/api/v1/protected/test', { key: secret });
    const path = `/api/v1/requests/${idOf(refused)}/explain`;
    const { body } = await truncating.call<Explained>('GET', path, { as: person.token });
    expect(body.uses[0]).toMatchObject({ code: 'IP_NOT_ALLOWED', observed: { ip_address: '127.0.0.0/24' } });
    expect(body.uses[0]?.unknown.join()).toContain('keeps its network');
    expect(body.uses[0]?.remedies.map(({ call }) => call)).toEqual([null]);
  });
});
