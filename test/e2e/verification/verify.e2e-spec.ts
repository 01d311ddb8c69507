import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let verifier: string;
beforeAll(async () => {
  owner = await app.person();
  verifier = (await app.key(owner, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 })).secret;
});

const verify = (body: unknown, key = verifier) => app.call('POST', '/api/v1/verify', { key, body });

describe('POST /verify, 200', () => {
  it('tells everything the contract promises of a valid key', async () => {
    const { id, secret } = await app.key(owner, { name: 'n', external_id: 'e', meta: { plan: 'gold' } });
    const { status, headers, body } = await verify({ key: secret });
    expect(status).toBe(200);
    expect(body).toEqual({
      valid: true,
      code: 'VALID',
      key_id: id,
      name: 'n',
      owner_id: owner.id,
      external_id: 'e',
      permissions: ['read'],
      environment: 'production',
      expires_at: '2027-02-20T12:00:00.000Z',
      meta: { plan: 'gold' },
      credits: null,
      rate_limit: [
        { policy: 'minute', limit: 60, window: 60, remaining: 59, reset: 1 },
        { policy: 'hour', limit: 1000, window: 3600, remaining: 999, reset: 4 },
        { policy: 'day', limit: 10_000, window: 86_400, remaining: 9999, reset: 9 },
      ],
      retry_after: 0,
      request_id: headers.get('x-request-id'),
    });
  });

  it('says nothing of a key that akm does not know', async () => {
    const { status, body } = await verify({ key: 'akm_live_garbage' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      valid: false,
      code: 'MALFORMED',
      key_id: null,
      meta: null,
      permissions: [],
      rate_limit: [],
    });
  });

  it.each([
    [{ permissions: ['read'] }, 'VALID'],
    [{ permissions: ['read', 'write'] }, 'INSUFFICIENT_PERMISSIONS'],
    [{ permissions: 'write OR (read AND invoices.send)' }, 'VALID'],
    [{ permissions: 'write AND read' }, 'INSUFFICIENT_PERMISSIONS'],
    [{ environment: 'staging' }, 'WRONG_ENVIRONMENT'],
    [{ service: 'other' }, 'SERVICE_NOT_ALLOWED'],
    [{ service: null }, 'SERVICE_NOT_ALLOWED'],
    [{ ip: '10.0.1.1' }, 'IP_NOT_ALLOWED'],
    [{ ip: '::ffff:10.0.0.7' }, 'VALID'],
    [{ ip: null }, 'IP_NOT_ALLOWED'],
    [{ user_agent: 'curl/8' }, 'USER_AGENT_NOT_ALLOWED'],
  ])('judges %j as %s', async (asked, code) => {
    const { secret } = await app.key(owner, {
      permissions: ['read', 'invoices.*'],
      allowed_services: ['billing'],
      allowed_ips: ['10.0.0.0/24'],
      allowed_user_agents: ['acme/'],
    });
    const { body } = await verify({ key: secret, service: 'billing', ip: '10.0.0.1', user_agent: 'ACME/1', ...asked });
    expect(body.code).toBe(code);
  });

  it('only looks with a cost of 0, and takes as many tokens as it is told', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 10 });
    const remaining = async (cost: number) => {
      const { body } = await verify({ key: secret, cost });
      return [body.code, (body.rate_limit as { remaining: number }[])[0]?.remaining];
    };
    expect(await remaining(0)).toEqual(['VALID', 10]);
    expect(await remaining(7)).toEqual(['VALID', 3]);
    expect(await remaining(4)).toEqual(['RATE_LIMITED', 3]);
    expect(await remaining(3)).toEqual(['VALID', 0]);
    app.clock.advance(60_000);
    expect(await remaining(0)).toEqual(['VALID', 10]);
  });

  it('asks nobody to wait with a cost that no wait will admit', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 10 });
    const { body } = await verify({ key: secret, cost: 11 });
    expect(body).toMatchObject({ code: 'RATE_LIMITED', retry_after: 0 });
    await verify({ key: secret, cost: 10 });
    expect((await verify({ key: secret, cost: 10 })).body.retry_after).toBe(60);
  });

  it('admits exactly the limit, however many ask at once', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 20 });
    const answers = await Promise.all(Array.from({ length: 60 }, () => verify({ key: secret })));
    expect(answers.filter(({ body }) => body.valid === true)).toHaveLength(20);
  });

  it('counts each use, exactly', async () => {
    const { id, secret } = await app.key(owner);
    for (let use = 0; use < 3; use++) await verify({ key: secret });
    await verify({ key: secret, permissions: ['delete'] });
    await app.ingest();
    const { body } = await app.call('GET', `/api/v1/keys/${id}`, { as: owner.token });
    expect(body).toMatchObject({
      usage_count: 3,
      last_used_at: '2026-11-22T12:01:00.000Z',
      secrets: [{ usage_count: 3 }],
    });
  });
});

describe('POST /verify, refused callers', () => {
  it('401 without credentials, and with a key that is none', async () => {
    expect((await app.call('POST', '/api/v1/verify', { body: { key: 'k' } })).status).toBe(401);
    expect((await verify({ key: 'k' }, 'akm_live_garbage')).status).toBe(401);
  });

  it('403 for a key without akm:verify, and for readonly people', async () => {
    const { secret } = await app.key(owner, { permissions: ['read', 'write', 'admin'] });
    expect((await verify({ key: 'k' }, secret)).status).toBe(403);
    const readonly = await app.person('readonly');
    expect((await app.call('POST', '/api/v1/verify', { as: readonly.token, body: { key: 'k' } })).status).toBe(403);
  });

  it('422 with every bad field', async () => {
    const { status, body } = await verify({ permissions: 'a AND', cost: -1, environment: 'qa', ip: 1 });
    expect(status).toBe(422);
    expect(new Set((body.errors as { field: string }[]).map(({ field }) => field))).toEqual(
      new Set(['cost', 'environment', 'ip', 'key', 'permissions']),
    );
    expect(body.errors).toContainEqual({
      field: 'permissions',
      message: expect.stringContaining('position 5') as string,
    });
  });
});

describe('GET /verify', () => {
  const get = (key: string, query = '') => app.call('GET', `/api/v1/verify${query}`, { key });

  it('says with the status whether the key is good', async () => {
    const { id, secret } = await app.key(owner);
    const good = await get(secret);
    expect([good.status, good.body.key_id]).toEqual([200, id]);
    expect((await get(secret, '?permissions=write')).status).toBe(403);
    expect((await get('akm_live_garbage')).body.code).toBe('API_KEY_MALFORMED');
    expect((await app.call('GET', '/api/v1/verify')).body.code).toBe('API_KEY_MISSING');
  });

  it('takes the key from each of the three headers', async () => {
    const { secret } = await app.key(owner);
    const forms: Record<string, string>[] = [
      { 'x-api-key': secret },
      { authorization: `ApiKey ${secret}` },
      { authorization: `Bearer ${secret}` },
    ];
    for (const headers of forms) {
      expect((await app.call('GET', '/api/v1/verify', { headers })).status).toBe(200);
    }
  });

  it('refuses a key in the query string, without echoing it', async () => {
    const { secret } = await app.key(owner);
    const answer = await app.call('GET', `/api/v1/verify?api_key=${secret}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'KEY_IN_QUERY']);
    expect(answer.text).not.toContain(secret);
  });
});
