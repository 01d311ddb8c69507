import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let stranger: Person;
let admin: Person;
beforeAll(async () => {
  owner = await app.person();
  stranger = await app.person();
  admin = await app.person('admin');
});

const HOUR_MS = 3_600_000;
const path = (id: string, action = '') => `/api/v1/keys/${id}${action}`;
const use = (key: string) => app.call('GET', '/api/v1/protected/test', { key });
const rotate = (id: string, body: unknown = {}) =>
  app.call<{ old_key_id: string; grace_period_ends_at: string | null; new_key: Record<string, unknown> }>(
    'POST',
    path(id, '/rotate'),
    { as: owner.token, body },
  );
const auditOf = (id: string) =>
  app.dataSource
    .query<{ action: string }[]>('SELECT action FROM audit_log WHERE api_key_id = $1 ORDER BY id', [id])
    .then((rows) => rows.map(({ action }) => action));

describe('DELETE /keys/{id}', () => {
  it('refuses the key from the very next request on, and for ever', async () => {
    const { id, secret } = await app.key(owner);
    expect((await use(secret)).status).toBe(200);
    expect((await app.call('DELETE', path(id), { as: owner.token })).status).toBe(204);
    const refused = await use(secret);
    expect([refused.status, refused.body.code]).toEqual([401, 'API_KEY_REVOKED']);
    for (const action of ['/disable', '/enable', '/rotate', '/rotate/end']) {
      const answer = await app.call('POST', path(id, action), { as: owner.token, body: {} });
      expect([action, answer.status, answer.body.code]).toEqual([action, 409, 'KEY_STATE_CONFLICT']);
    }
    expect((await app.call('PUT', path(id), { as: owner.token, body: { name: 'back' } })).status).toBe(409);
    expect((await use(secret)).status).toBe(401);
    expect(await auditOf(id)).toEqual(['api_key_created', 'api_key_revoked']);
  });

  it('stops the retiring secret too', async () => {
    const { id, secret } = await app.key(owner);
    const { body } = await rotate(id);
    await app.call('DELETE', path(id), { as: owner.token });
    expect((await use(secret)).body.code).toBe('API_KEY_REVOKED');
    expect((await use(String(body.new_key.api_key))).body.code).toBe('API_KEY_REVOKED');
  });
});

describe('POST /keys/{id}/disable and /enable', () => {
  it('refuses the key while it is disabled', async () => {
    const { id, secret } = await app.key(owner);
    expect((await app.call('POST', path(id, '/disable'), { as: owner.token })).body.status).toBe('disabled');
    expect((await use(secret)).body.code).toBe('API_KEY_DISABLED');
    expect((await app.call('POST', path(id, '/disable'), { as: owner.token })).status).toBe(409);
    expect((await app.call('POST', path(id, '/enable'), { as: owner.token })).body.status).toBe('active');
    expect((await use(secret)).status).toBe(200);
    expect(await auditOf(id)).toEqual(['api_key_created', 'api_key_disabled', 'api_key_enabled']);
  });
});

describe('POST /keys/{id}/rotate', () => {
  it('gives a new secret under the same id, and the old one its grace', async () => {
    const { id, secret } = await app.key(owner);
    const { status, body } = await rotate(id, { grace_period_hours: 1 });
    expect(status).toBe(200);
    expect([body.old_key_id, body.new_key.id]).toEqual([id, id]);
    expect(body.new_key).toMatchObject({ status: 'rotating', grace_period_ends_at: body.grace_period_ends_at });
    expect(body.new_key.secrets).toMatchObject([{ state: 'current' }, { state: 'retiring' }]);
    const renewed = String(body.new_key.api_key);
    app.clock.advance(HOUR_MS - 1);
    expect([(await use(secret)).status, (await use(renewed)).status]).toEqual([200, 200]);
    app.clock.advance(1);
    expect([(await use(secret)).body.code, (await use(renewed)).status]).toEqual(['API_KEY_GRACE_ENDED', 200]);
    expect((await app.call('GET', path(id), { as: (await app.person('admin')).token })).body.status).toBe('active');
  });

  it('stops every earlier secret at once with a grace of 0', async () => {
    const { id, secret } = await app.key(owner);
    const { body } = await rotate(id, { grace_period_hours: 0 });
    expect(body).toMatchObject({ grace_period_ends_at: null, new_key: { status: 'active' } });
    expect((await use(secret)).body.code).toBe('API_KEY_GRACE_ENDED');
  });

  it('retires the oldest secret when it is already rotating: never more than two work', async () => {
    const { id, secret } = await app.key(owner);
    const second = String((await rotate(id)).body.new_key.api_key);
    const third = String((await rotate(id)).body.new_key.api_key);
    const codes = await Promise.all([secret, second, third].map(async (key) => (await use(key)).status));
    expect(codes).toEqual([401, 200, 200]);
  });

  it('gives no grace beyond the expiry of the key', async () => {
    const { id } = await app.key(owner, { expires_at: new Date(app.clock.now() + HOUR_MS).toISOString() });
    const { body } = await rotate(id, { grace_period_hours: 168 });
    expect(body.grace_period_ends_at).toBe(body.new_key.expires_at);
  });

  it('refuses a grace that is no whole number of hours up to a week', async () => {
    const { id } = await app.key(owner);
    for (const hours of [-1, 169, 1.5, '1']) {
      expect((await rotate(id, { grace_period_hours: hours })).status).toBe(422);
    }
  });

  it('lets one of many parallel rotations win, each with an answer', async () => {
    const { id } = await app.key(owner);
    const answers = await Promise.all(Array.from({ length: 16 }, () => rotate(id)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeGreaterThanOrEqual(1);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect((await auditOf(id)).filter((action) => action === 'api_key_rotated')).toHaveLength(won.length);
  });
});

describe('POST /keys/{id}/rotate/end', () => {
  it('ends a running grace now', async () => {
    const { id, secret } = await app.key(owner);
    await rotate(id);
    const { status, body } = await app.call('POST', path(id, '/rotate/end'), { as: owner.token });
    expect([status, body.status, body.grace_period_ends_at]).toEqual([200, 'active', null]);
    expect((await use(secret)).body.code).toBe('API_KEY_GRACE_ENDED');
    expect((await app.call('POST', path(id, '/rotate/end'), { as: owner.token })).status).toBe(409);
  });
});

describe('revoke against everything else', () => {
  it('wins over any number of parallel changes', async () => {
    for (let round = 0; round < 10; round++) {
      const { id, secret } = await app.key(owner);
      const [revoked] = await Promise.all([
        app.call('DELETE', path(id), { as: owner.token }),
        rotate(id),
        app.call('POST', path(id, '/disable'), { as: owner.token }),
        app.call('PUT', path(id), { as: owner.token, body: { name: 'other' } }),
      ]);
      expect(revoked.status).toBe(204);
      expect((await use(secret)).body.code).toBe('API_KEY_REVOKED');
    }
  });
});

describe('somebody else’s key', () => {
  it('looks like no key at all', async () => {
    const { id } = await app.key(owner);
    const missing = '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f';
    const bodyOf = async (method: string, of: string, action: string) => {
      const { status, body } = await app.call(method, path(of, action), {
        as: stranger.token,
        ...(['POST', 'PUT'].includes(method) && { body: {} }),
      });
      return { status, body: { ...body, instance: '' } };
    };
    for (const [method, action] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
      ['POST', '/rotate/end'],
      ['POST', '/disable'],
      ['POST', '/enable'],
    ] as const) {
      const foreign = await bodyOf(method, id, action);
      expect(foreign).toEqual(await bodyOf(method, missing, action));
      expect(foreign.status).toBe(404);
    }
  });

  it('is an admin’s to manage', async () => {
    const { id, secret } = await app.key(owner);
    expect((await app.call('DELETE', path(id), { as: admin.token })).status).toBe(204);
    expect((await use(secret)).status).toBe(401);
  });
});
