import { type Person, TestApp } from '../../support/test-app.js';

const HOUR_MS = 3_600_000;

interface Usage {
  admitted: number;
  refused: number;
  from: string;
  to: string;
  step: string;
  outcomes: Record<string, number>;
  latency_ms: Record<string, number | null>;
  addresses_seen: number;
  addresses: { ip_address: string | null; count: number }[];
  agents: { user_agent: string | null; count: number }[];
  secrets: { version: number; state: string; admitted: number; refused: number; last_used_at: string | null }[];
  described: number;
  series: {
    at: string;
    admitted: number;
    refused: number;
    outcomes: Record<string, number>;
    secrets: { version: number; admitted: number; refused: number }[];
  }[];
  errors?: { field: string; message: string }[];
}

const app = TestApp.forTests();
let owner: Person;
let admin: Person;
beforeAll(async () => {
  [owner, admin] = [await app.person(), await app.person('admin')];
});

const usage = (id: string, query = '', as = owner) =>
  app.call<Usage>('GET', `/api/v1/keys/${id}/usage${query}`, { as: as.token });
const use = async (secret: string, method = 'GET', agent = 'agent/1') => {
  await app.call(method, '/api/v1/protected/test', { key: secret, headers: { 'user-agent': agent } });
  await app.ingest();
};
const at = (ms: number) => new Date(ms).toISOString();

describe('200', () => {
  it('counts the last 24 hours by the hour unless told otherwise', async () => {
    const key = await app.key(owner);
    await use(key.secret);
    app.clock.advance(30 * HOUR_MS - 1);
    const person = await app.person('admin');
    await use(key.secret);
    await use(key.secret, 'DELETE', 'agent/2');
    const { status, body } = await usage(key.id, '', person);
    const now = app.clock.now();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      key_id: key.id,
      from: at(now - 24 * HOUR_MS),
      to: at(now),
      step: 'hour',
      admitted: 1,
      refused: 1,
      outcomes: { VALID: 1, INSUFFICIENT_PERMISSIONS: 1 },
      addresses_seen: 1,
      addresses: [{ ip_address: '127.0.0.1', count: 2, last_seen_at: at(now) }],
      agents_seen: 2,
    });
    expect(body.agents.map(({ user_agent: agent }) => agent).sort()).toEqual(['agent/1', 'agent/2']);
    expect(body.series).toHaveLength(25);
    expect(body.described).toBe(2);
    expect(body.series.at(-1)).toEqual({
      at: at(now - (now % HOUR_MS)),
      admitted: 1,
      refused: 1,
      outcomes: { VALID: 1, INSUFFICIENT_PERMISSIONS: 1 },
      secrets: [{ version: 1, admitted: 1, refused: 1 }],
    });
    expect(body.series.slice(0, -1).every(({ admitted, refused }) => admitted + refused === 0)).toBe(true);
    for (const percentile of ['p50', 'p95', 'p99']) expect(body.latency_ms[percentile]).toBeGreaterThan(0);
  });
});

describe('200 on a new day', () => {
  beforeAll(async () => {
    [owner, admin] = [await app.person(), await app.person('admin')];
  });

  it('tells who has not changed to the new secret yet', async () => {
    const key = await app.key(owner);
    await use(key.secret);
    const rotated = await app.call<{ new_key: { api_key: string } }>('POST', `/api/v1/keys/${key.id}/rotate`, {
      as: owner.token,
      body: { grace_period_hours: 1 },
    });
    await use(key.secret);
    await use(rotated.body.new_key.api_key);
    const during = (await usage(key.id)).body.secrets;
    expect(during).toMatchObject([
      { version: 2, state: 'current', admitted: 1, refused: 0 },
      { version: 1, state: 'retiring', admitted: 2, refused: 0 },
    ]);
    app.clock.advance(HOUR_MS);
    await use(key.secret);
    expect((await usage(key.id)).body.secrets).toMatchObject([
      { version: 2, state: 'current', admitted: 1, refused: 0 },
      { version: 1, state: 'retired', admitted: 2, refused: 1, last_used_at: during[1]?.last_used_at },
    ]);
    const later = at(app.clock.now() + 1);
    const after = `?from=${later}&to=${at(app.clock.now() + 2)}`;
    expect((await usage(key.id, after)).body.secrets).toMatchObject([{ version: 2, admitted: 0, last_used_at: null }]);
  });

  it('counts by minutes and days of UTC, from and to included', async () => {
    const key = await app.key(owner);
    const start = app.clock.now();
    await use(key.secret);
    app.clock.advance(60_000);
    await use(key.secret);
    const minutes = (await usage(key.id, `?from=${at(start)}&to=${at(start + 60_000)}&step=minute`)).body;
    expect(minutes.series.map(({ admitted }) => admitted)).toEqual([1, 1]);
    expect((await usage(key.id, `?from=${at(start + 1)}&to=${at(start + 59_999)}`)).body.admitted).toBe(0);
    const today = at(start).slice(0, 10);
    const day = (await usage(key.id, `?from=${today}&to=${today}&step=day`)).body;
    expect(day.series).toEqual([
      {
        at: `${today}T00:00:00.000Z`,
        admitted: 2,
        refused: 0,
        outcomes: { VALID: 2 },
        secrets: [{ version: 1, admitted: 2, refused: 0 }],
      },
    ]);
  });

  it('counts as the log does', async () => {
    const key = await app.key(owner);
    const start = app.clock.now();
    for (const [method, afterMs] of [
      ['GET', 1],
      ['DELETE', 59_999],
      ['GET', 2 * HOUR_MS],
      ['GET', 61_000],
    ] as const) {
      app.clock.advance(afterMs);
      await use(key.secret, method);
    }
    const admins = await app.signedIn(admin);
    for (const [from, to] of [
      [0, 4 * HOUR_MS],
      [1, 60_000],
      [2, 60_000],
      [60_000, 2 * HOUR_MS + 60_000],
    ] as const) {
      const time = [at(start + from), at(start + to)];
      const { body } = await usage(key.id, `?from=${time[0]}&to=${time[1]}`, admins);
      const log = await app.call(
        'GET',
        `/api/v1/logs?api_key_id=${key.id}&start_date=${time[0]}&end_date=${time[1]}&q=/protected`,
        {
          as: admins.token,
        },
      );
      expect(body.admitted + body.refused).toBe(log.body.total);
    }
  });

  it('shows every key to an admin, and a reading key those of its owner', async () => {
    const key = await app.key(owner);
    const reader = await app.key(owner, { permissions: ['akm:keys:read'] });
    expect((await usage(key.id, '', admin)).status).toBe(200);
    expect((await app.call('GET', `/api/v1/keys/${key.id}/usage`, { key: reader.secret })).status).toBe(200);
  });
});

describe('404', () => {
  it('is for somebody else’s key as for none', async () => {
    const key = await app.key(admin);
    const nothing = await usage('0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f');
    const foreign = await usage(key.id);
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...nothing.body, instance: '' });
  });
});

describe('422', () => {
  it.each([
    ['from=2026-11-22&to=2026-11-21', 'from'],
    ['from=2026-11-22T00:00:00Z&to=2026-11-22T00:00:00Z', 'from'],
    ['from=yesterday', 'from'],
    ['to=2026-02-30', 'to'],
    ['step=week', 'step'],
    ['from=2026-01-01T00:00:00Z&to=2026-01-02T01:00:00Z&step=minute', 'step'],
    ['from=2000-01-01&step=day', 'step'],
    ['until=2026-01-01', 'until'],
  ])('refuses ?%s', async (query, field) => {
    const key = await app.key(owner);
    const { status, body } = await usage(key.id, `?${query}`);
    expect(status).toBe(422);
    expect(body.errors?.map((each) => each.field)).toEqual([field]);
  });

  it('takes 1500 steps and no more', async () => {
    const key = await app.key(owner);
    const from = Date.UTC(2026, 0, 1);
    const upTo = (steps: number) => `?from=${at(from)}&to=${at(from + steps * 60_000 - 1)}&step=minute`;
    expect((await usage(key.id, upTo(1500))).body.series).toHaveLength(1500);
    expect((await usage(key.id, upTo(1501))).status).toBe(422);
  });
});
