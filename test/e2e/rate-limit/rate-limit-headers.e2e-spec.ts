import { parseList } from 'structured-headers';
import { type Answer, type Call, type Person, TestApp } from '../../support/test-app.js';

const LOGIN = '/api/v1/auth/login';

/** Every kind of answer that meets a limit: whose it is, and how it is asked for. */
interface Limited {
  readonly names: readonly string[];
  readonly refused: number;
  readonly ask: () => Promise<Answer>;
}

describe('an answer that met a limit', () => {
  const app = TestApp.forTests({ SIGN_IN_LIMIT_PER_MINUTE: '7', TRUST_PROXY: '127.0.0.0/8' });
  let owner: Person;
  beforeAll(async () => {
    owner = await app.person('admin');
  });

  const withKey = async (method: string, path: string, call: Call = {}) => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 7, permissions: ['read', 'akm:*'] });
    return () => app.call(method, path, { ...call, key: secret });
  };
  const KEY = ['day', 'hour', 'minute'];
  const SIGN_IN = ['account', 'address'];

  const cases: [string, () => Promise<Limited>][] = [
    ['GET /verify', async () => ({ names: KEY, refused: 429, ask: await withKey('GET', '/api/v1/verify') })],
    ['/gateway/auth', async () => ({ names: KEY, refused: 403, ask: await withKey('GET', '/api/v1/gateway/auth') })],
    [
      'a guarded route',
      async () => ({ names: KEY, refused: 429, ask: await withKey('GET', '/api/v1/protected/test') }),
    ],
    [
      'the management API, called by a key',
      async () => ({ names: KEY, refused: 429, ask: await withKey('GET', '/api/v1/keys') }),
    ],
    [
      'POST /verify, called by a key',
      async () => ({
        names: KEY,
        refused: 429,
        ask: await withKey('POST', '/api/v1/verify', { body: { key: 'x' } }),
      }),
    ],
    ['a sign-in', () => Promise.resolve({ names: SIGN_IN, refused: 429, ask: guess('203.0.113.1', 'a@example.org') })],
    [
      'a sign-in without an account',
      () => Promise.resolve({ names: ['address'], refused: 429, ask: guess('203.0.113.2', 'nobody') }),
    ],
    ['a refresh', () => Promise.resolve({ names: ['address'], refused: 429, ask: refresh('203.0.113.3') })],
    [
      'a change of password',
      () => Promise.resolve({ names: SIGN_IN, refused: 429, ask: changePassword('203.0.113.4') }),
    ],
  ];
  const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
  const guess = (ip: string, email: string) => () =>
    app.call('POST', LOGIN, { ...from(ip), body: { email, password: 'a guess' } });
  const refresh = (ip: string) => () =>
    app.call('POST', '/api/v1/auth/refresh', { ...from(ip), body: { refresh_token: 'a'.repeat(43) } });
  const changePassword = (ip: string) => () =>
    app.call('POST', '/api/v1/auth/change-password', {
      ...from(ip),
      as: owner.token,
      body: { current_password: 'wrong', new_password: 'AnotherPass123!' },
    });

  it.each(cases)('says so in fields that anybody can parse: %s', async (_, limited) => {
    const { names, refused, ask } = await limited();
    let last: Answer;
    let count = 0;
    do {
      last = await ask();
      count += 1;
      const told = limitsOf(last).map(({ name }) => name);
      // Who is refused by one limit does not meet the next.
      if (last.status === refused) expect(names).toEqual(expect.arrayContaining(told));
      else expect(told.sort()).toEqual(names);
    } while (last.status !== refused && count < 20);
    expect([last.status, count]).toEqual([refused, 8]);
    // Tightest first: the one that refuses.
    expect(limitsOf(last)[0]).toMatchObject({ limit: 7, windowSeconds: 60, remaining: 0 });
  });

  it.each(cases)('admits who waits as long as the refusal says, and nobody earlier: %s', async (_, limited) => {
    const { refused, ask } = await limited();
    let last = await ask();
    for (let count = 0; last.status !== refused && count < 20; count++) last = await ask();
    const seconds = last.headers.get('retry-after') ?? '';
    expect(seconds).toMatch(/^[1-9]\d*$/);
    app.clock.advance((Number(seconds) - 1) * 1000);
    expect((await ask()).status).toBe(refused);
    app.clock.advance(1000);
    expect((await ask()).status).not.toBe(refused);
  });
});

/** What the two fields of draft-ietf-httpapi-ratelimit-headers say, which have to name the same limits. */
function limitsOf({ headers }: Answer) {
  const policies = itemsOf(headers.get('ratelimit-policy'));
  const states = itemsOf(headers.get('ratelimit'));
  expect(states.map(([name]) => name)).toEqual(policies.map(([name]) => name));
  return policies.map(([name, policy], at) => {
    const state = states[at]?.[1];
    const numbers = [policy.get('q'), policy.get('w'), state?.get('r'), state?.get('t')];
    for (const number of numbers) expect(Number.isInteger(number) && Number(number) >= 0).toBe(true);
    const [limit, windowSeconds, remaining] = numbers;
    return { name, limit, windowSeconds, remaining };
  });
}

function itemsOf(field: string | null): [string, Map<string, number>][] {
  return parseList(field ?? '') as unknown as [string, Map<string, number>][];
}
