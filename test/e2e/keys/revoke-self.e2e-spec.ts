import { randomBytes } from 'node:crypto';
import { generateKey } from '#domain';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

const kill = (key: string, headers: Record<string, string> = { 'x-api-key': key }) =>
  app.call('DELETE', '/api/v1/keys/self', { headers });
const statusOf = async (id: string) => (await app.call('GET', `/api/v1/keys/${id}`, { as: owner.token })).body.status;
const entries = (id: string) =>
  app.dataSource.query<object[]>(
    `SELECT user_id, endpoint, method, ip_address, user_agent, metadata FROM audit_log
     WHERE action = 'api_key_revoked' AND api_key_id = $1`,
    [id],
  );

describe('204', () => {
  it('kills the key that is sent, for ever, and says who was seen doing it', async () => {
    const { id, secret } = await app.key(owner, { permissions: [] });
    const { status } = await kill(secret, { authorization: `ApiKey ${secret}`, 'user-agent': 'leak-scanner/1' });
    expect(status).toBe(204);
    expect(await statusOf(id)).toBe('revoked');
    expect((await app.call('GET', '/api/v1/protected/test', { key: secret })).body.code).toBe('API_KEY_REVOKED');
    expect(await entries(id)).toEqual([
      {
        user_id: owner.id,
        endpoint: '/api/v1/keys/self',
        method: 'DELETE',
        ip_address: '127.0.0.1',
        user_agent: 'leak-scanner/1',
        metadata: { acting_key_id: id },
      },
    ]);
  });

  it.each<[string, object]>([
    ['restricted to addresses that the holder does not have', { allowed_ips: ['10.0.0.0/8'] }],
    ['restricted to services', { allowed_services: ['billing'] }],
    ['restricted to agents', { allowed_user_agents: ['billing/'] }],
    ['of another environment', { environment: 'staging' }],
    ['that may do nothing', { permissions: [] }],
  ])('kills a key %s', async (_, restrictions) => {
    const { id, secret } = await app.key(owner, restrictions as Record<string, unknown>);
    expect((await kill(secret)).status).toBe(204);
    expect(await statusOf(id)).toBe('revoked');
  });

  it('kills a disabled key, an expired one, one at its limit, and one in its grace', async () => {
    const disabled = await app.key(owner);
    await app.call('POST', `/api/v1/keys/${disabled.id}/disable`, { as: owner.token });
    const expired = await app.key(owner, { expires_at: new Date(app.clock.now() + 1).toISOString() });
    app.clock.advance(1);
    const limited = await app.key(owner, { rate_limit_per_minute: 1 });
    for (let use = 0; use < 2; use++) await app.call('GET', '/api/v1/protected/test', { key: limited.secret });
    const rotated = await app.key(owner);
    await app.call('POST', `/api/v1/keys/${rotated.id}/rotate`, { as: owner.token, body: {} });
    for (const { id, secret } of [disabled, expired, limited, rotated]) {
      expect([id, (await kill(secret)).status, await statusOf(id)]).toEqual([id, 204, 'revoked']);
    }
  });

  it('is one revocation however often and by however many it is asked for', async () => {
    const { id, secret } = await app.key(owner);
    const answers = await Promise.all(Array.from({ length: 16 }, () => kill(secret)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 204));
    expect((await kill(secret)).status).toBe(204);
    expect(await entries(id)).toHaveLength(1);
  });
});

describe('401', () => {
  it('leaves the key alone when the secret sent was rotated out, in whatever state the key is', async () => {
    const { id, secret } = await app.key(owner);
    await app.call('POST', `/api/v1/keys/${id}/rotate`, { as: owner.token, body: { grace_period_hours: 0 } });
    expect((await kill(secret)).body.code).toBe('API_KEY_GRACE_ENDED');
    await app.call('POST', `/api/v1/keys/${id}/disable`, { as: owner.token });
    expect((await kill(secret)).body.code).toBe('API_KEY_GRACE_ENDED');
    expect(await statusOf(id)).toBe('disabled');
  });

  it('knows no key that is none, and takes no access token for one', async () => {
    expect((await kill('', {})).body.code).toBe('API_KEY_MISSING');
    expect((await kill('garbage')).body.code).toBe('API_KEY_MALFORMED');
    expect((await kill(generateKey('production', randomBytes).reveal())).body.code).toBe('API_KEY_NOT_FOUND');
    expect((await kill('', { authorization: `Bearer ${owner.token}` })).body.code).toBe('API_KEY_MALFORMED');
  });
});

describe('429', () => {
  it('answers whoever guesses as every other route does', async () => {
    let last = '';
    for (let guess = 0; guess < 40; guess++) last = String((await kill(`guess-number-${guess}`)).body.code);
    expect(last).toBe('API_KEY_RATE_LIMITED');
  });
});
