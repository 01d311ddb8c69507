import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let client: string;
beforeAll(async () => {
  owner = await app.person();
  client = (await app.key(owner, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 })).secret;
});

const basic = (secret: string) => `Basic ${Buffer.from(`akm:${encodeURIComponent(secret)}`).toString('base64')}`;

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** Asks as a client of OAuth does. */
async function introspect(form: Record<string, string> | string, authorization = basic(client)): Promise<Answered> {
  const response = await fetch(`${app.url}/oauth/introspect`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(authorization && { authorization }) },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('POST /oauth/introspect, 200', () => {
  it('tells in the words of RFC 7662 what a good key is', async () => {
    const { id, secret } = await app.key(owner, { permissions: ['read', 'invoices.send'] });
    const { status, headers, body } = await introspect({
      token: secret,
      token_type_hint: 'access_token',
      new: 'field',
    });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({
      active: true,
      scope: 'read invoices.send',
      client_id: id,
      sub: owner.id,
      token_type: 'api_key',
      exp: Date.UTC(2027, 1, 20, 12) / 1000,
    });
  });

  it('knows a client by a key as a bearer token too', async () => {
    const { secret } = await app.key(owner, { never_expires: true });
    const { body } = await introspect({ token: secret }, `Bearer ${client}`);
    expect(body).toMatchObject({ active: true });
    expect(body).not.toHaveProperty('exp');
  });

  it('says of what is not good that it is not active, and nothing else', async () => {
    const revoked = await app.key(owner);
    await app.call('DELETE', `/api/v1/keys/${revoked.id}`, { as: owner.token });
    const disabled = await app.key(owner);
    await app.call('POST', `/api/v1/keys/${disabled.id}/disable`, { as: owner.token });
    const unknown = `${revoked.secret.slice(0, -7)}AAAAAAA`;
    for (const token of [
      revoked.secret,
      disabled.secret,
      unknown,
      owner.token,
      owner.refreshToken,
      'x',
      'y'.repeat(16_000),
    ]) {
      const { status, body } = await introspect({ token });
      expect([status, body]).toEqual([200, { active: false }]);
    }
  });

  it('takes a restricted key for active only where it is told that the use is within its bounds', async () => {
    const { secret } = await app.key(owner, { allowed_ips: ['10.0.0.0/8'], allowed_services: ['billing'] });
    const active = async (more: Record<string, string>) => (await introspect({ token: secret, ...more })).body.active;
    expect(await active({})).toBe(false);
    expect(await active({ ip: '10.1.2.3' })).toBe(false);
    expect(await active({ ip: '11.1.2.3', service: 'billing' })).toBe(false);
    expect(await active({ ip: '10.1.2.3', service: 'billing' })).toBe(true);
  });

  it('only looks: it takes nothing from limits', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_minute: 1 });
    for (let n = 0; n < 3; n++) expect((await introspect({ token: secret })).body.active).toBe(true);
    expect((await app.call('GET', '/api/v1/verify', { key: secret })).status).toBe(200);
  });
});

describe('POST /oauth/introspect, refused', () => {
  it.each([
    ['who shows nothing', () => '', 401],
    ['a secret that is none', () => basic('guess'), 401],
    ['credentials that are none', () => 'Basic !', 401],
    ['a key without akm:verify', async () => basic((await app.key(owner)).secret), 403],
  ])('%s', async (_, authorization, expected) => {
    const { status, headers } = await introspect({ token: 'x' }, await authorization());
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['no token', 'a=b', 422],
    ['a token twice', 'token=a&token=b', 400],
    ['a control character', 'token=a%00', 400],
  ])('%s', async (_, form, expected) => {
    expect((await introspect(form)).status).toBe(expected);
  });

  it('other methods', async () => {
    const { status, headers } = await app.call('GET', '/oauth/introspect', { key: client });
    expect([status, headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
  });

  it('a form, and a client secret by Basic, anywhere else', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-api-key': client };
    const form = await fetch(`${app.url}/api/v1/verify`, { method: 'POST', headers, body: 'key=x' });
    expect(form.status).toBe(415);
    const { status } = await app.call('POST', '/api/v1/verify', {
      headers: { authorization: basic(client) },
      body: { key: 'x' },
    });
    expect(status).toBe(401);
  });
});
