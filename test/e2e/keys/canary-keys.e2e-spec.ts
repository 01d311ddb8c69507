import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { generateKey } from '#domain';
import { type Answer, type Person, TestApp } from '../../support/test-app.js';
import { anomalies, look } from '../anomaly/history.js';

type Key = Awaited<ReturnType<TestApp['key']>>;

const app = TestApp.forTests({ TRUST_PROXY: '127.0.0.1/32' });
let owner: Person;
let ordinary: Key;
let addresses = 0;

beforeAll(async () => {
  owner = await app.person();
  ordinary = await app.key(owner);
});

const unknownKey = () => generateKey('production', randomBytes).reveal();
const canary = (body: object = {}) => app.key(owner, { name: 'trap', is_canary: true, ...body });
/** Of somebody who has not tried anything yet. */
const newcomer = () => ({ 'x-forwarded-for': `203.0.113.${++addresses}` });

/** All that the answer tells but which request it is of, and when. */
function told({ status, headers, text }: Answer): unknown {
  const id = headers.get('x-request-id') ?? '?';
  const kept = [...headers]
    .filter(([name]) => name !== 'date')
    .map(([name, value]) => [name, value.replaceAll(id, '')]);
  return { status, headers: kept, text: text.replaceAll(id, '') };
}

const ROUTES: [string, (secret: string, headers: Record<string, string>) => Promise<Answer>][] = [
  ['a protected route', (key, headers) => app.call('GET', '/api/v1/protected/test', { key, headers })],
  ['GET /verify', (key, headers) => app.call('GET', '/api/v1/verify', { key, headers })],
  ['the gateway', (key, headers) => app.call('GET', '/api/v1/gateway/auth', { key, headers })],
  ['the management of keys', (key, headers) => app.call('GET', '/api/v1/keys', { key, headers })],
  ['its own revocation', (key, headers) => app.call('DELETE', '/api/v1/keys/self', { key, headers })],
  ['POST /verify', (key) => app.call('POST', '/api/v1/verify', { as: owner.token, body: { key, cost: 2 } })],
  ['a batch', (key) => app.call('POST', '/api/v1/verify/batch', { as: owner.token, body: [{ key }] })],
  ['introspection', (key) => app.call('POST', '/oauth/introspect', { as: owner.token, body: { token: key } })],
  ['a URL', (key, headers) => app.call('GET', `/api/v1/verify?api_key=${key}`, { headers })],
];

describe('a canary', () => {
  it.each(ROUTES)('is to whoever shows it at %s a key that does not exist, byte for byte', async (_, show) => {
    const { secret } = await canary();
    const [known, unknown] = [await show(secret, newcomer()), await show(unknownKey(), newcomer())];
    expect(told(known)).toEqual(told(unknown));
    expect(known.text).not.toContain('trap');
  });

  it.each([
    ['address limits', { allowed_ips: ['10.0.0.0/8'] }],
    ['credits', { credits: { remaining: 5 } }],
    ['every permission', { permissions: ['admin'] }],
    ['limits of its own', { rate_limit_per_minute: 1 }],
  ])('with %s is one too', async (_, body) => {
    const { secret } = await canary(body);
    const show = (key: string) => app.call('POST', '/api/v1/protected/test', { key, headers: newcomer() });
    expect(told(await show(secret))).toEqual(told(await show(unknownKey())));
  });

  it.each([
    ['disabled', (id: string) => app.call('POST', `/api/v1/keys/${id}/disable`, { as: owner.token })],
    ['revoked', (id: string) => app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token })],
    ['rotated', (id: string) => app.call('POST', `/api/v1/keys/${id}/rotate`, { as: owner.token, body: {} })],
  ])('that was %s is one still', async (_, change) => {
    const { id, secret } = await canary();
    expect((await change(id)).status).toBeLessThan(300);
    const show = (key: string) => app.call('GET', '/api/v1/verify', { key, headers: newcomer() });
    expect(told(await show(secret))).toEqual(told(await show(unknownKey())));
  });

  it('is tried no more often than any key that is none', async () => {
    const trying = async (secret: () => string) => {
      const headers = newcomer();
      const answers: unknown[] = [];
      for (let n = 0; n < 32; n++) {
        answers.push(told(await app.call('GET', '/api/v1/verify', { key: secret(), headers })));
      }
      return answers;
    };
    const { secret } = await canary();
    const [known, unknown] = [await trying(() => secret), await trying(unknownKey)];
    expect(known).toEqual(unknown);
    expect(known.at(-1)).toMatchObject({ status: 429 });
  });

  it('looks like any key to whoever reads its secret', async () => {
    const trap = await canary();
    expect(trap.secret).toMatch(/^akm_live_[0-9A-Za-z]{49}$/);
    expect(trap.secret.length).toBe(ordinary.secret.length);
  });

  it('is one in the lists of its owner, and never expires unless that is asked for', async () => {
    const { id } = await canary();
    const { body } = await app.call('GET', `/api/v1/keys/${id}`, { as: owner.token });
    expect(body).toMatchObject({ is_canary: true, status: 'active', expires_at: null, usage_count: 0 });
    const list = await app.call<{ items: { id: string; is_canary: boolean }[] }>('GET', '/api/v1/keys?page_size=100', {
      as: owner.token,
    });
    expect(list.body.items.find((key) => key.id === id)?.is_canary).toBe(true);
    expect(list.body.items.find((key) => key.id === ordinary.id)?.is_canary).toBe(false);
  });

  it('is on record under its own name at each use, for its owner', async () => {
    const { id, secret } = await canary();
    const request = uuidv7({ msecs: app.clock.now() });
    await app.call('GET', '/api/v1/verify', { key: secret, headers: { ...newcomer(), 'x-request-id': request } });
    await app.ingest();
    const log = await app.call<{ items: { action: string; metadata: object }[] }>(
      'GET',
      `/api/v1/logs/my-keys?api_key_id=${id}&action=api_key_validation_failed`,
      { as: owner.token },
    );
    expect(log.body.items).toMatchObject([{ metadata: { outcome: 'NOT_FOUND' } }]);
    const why = await app.call<{ uses: { key_id: string; summary: string }[] }>(
      'GET',
      `/api/v1/requests/${request}/explain`,
      { as: owner.token },
    );
    expect(why.body.uses).toMatchObject([{ key_id: id, summary: expect.stringContaining('it is a canary') as string }]);
  });

  it('raises a critical alarm at its first use, even from an address that has tried too much already', async () => {
    const { id, secret } = await canary();
    const headers = newcomer();
    for (let n = 0; n < 31; n++) await app.call('GET', '/api/v1/verify', { key: unknownKey(), headers });
    expect((await app.call('GET', '/api/v1/verify', { key: secret, headers })).status).toBe(429);
    await look(app);
    const [alarm, ...others] = await anomalies(app, owner.token, `?api_key_id=${id}`);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ anomaly_type: 'canary_key_used', severity: 'critical' });
    expect(alarm?.description).toContain('A key that nobody was given to use was used once');
    expect(alarm?.evidence[0]?.facts).toMatchObject({ from_network: '203.0.113.0/24' });
  });

  it('is nothing that anything is recommended about', async () => {
    const person = await app.person();
    await app.key(person, { is_canary: true, permissions: ['admin'] });
    const { body } = await app.call('GET', '/api/v1/insights', { as: person.token });
    expect(body).toMatchObject({ total_keys: 1, active_keys: 0, recommendations: [], keys_needing_rotation: [] });
  });
});

describe('403', () => {
  it('is what a key is told that would make one', async () => {
    const maker = await app.key(owner, { permissions: ['akm:keys:write', 'read'] });
    const make = (is_canary: boolean) =>
      app.call('POST', '/api/v1/keys', { key: maker.secret, body: { name: 'trap', is_canary } });
    expect((await make(true)).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await make(false)).status).toBe(201);
  });
});

describe('422', () => {
  it('is what is answered to whoever would make a key a canary later, or import one', async () => {
    const { id } = await app.key(owner);
    const update = await app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body: { is_canary: true } });
    const imported = [{ name: 'trap', hash: randomBytes(32).toString('hex'), algorithm: 'sha256', is_canary: true }];
    const answer = await app.call('POST', '/api/v1/keys/import', { as: owner.token, body: imported });
    expect([update.status, answer.status]).toEqual([422, 422]);
  });
});
