import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

const update = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body, headers });

describe('200', () => {
  it('changes what is named and leaves the rest', async () => {
    const { id } = await app.key(owner, { name: 'before', tags: ['kept'], meta: { kept: true } });
    const { status, body } = await update(id, { name: 'after', permissions: ['write'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'after', permissions: ['write'], tags: ['kept'], meta: { kept: true } });
  });

  it('clears with null what can be cleared', async () => {
    const { id } = await app.key(owner, {
      description: 'd',
      allowed_ips: ['10.0.0.0/8'],
      rate_limit_per_minute: 5,
      external_id: 'e',
      tags: ['t'],
      meta: { m: 1 },
    });
    const { body } = await update(id, {
      description: null,
      allowed_ips: null,
      rate_limit_per_minute: null,
      external_id: null,
      tags: null,
      meta: null,
      expires_at: null,
    });
    expect(body).toMatchObject({
      description: null,
      allowed_ips: [],
      rate_limit_per_minute: 60,
      external_id: null,
      tags: [],
      meta: null,
      expires_at: null,
    });
  });

  it('holds for the very next use of the key', async () => {
    const { id, secret } = await app.key(owner);
    const use = () => app.call('GET', '/api/v1/protected/test', { key: secret });
    expect((await use()).status).toBe(200);
    await update(id, { allowed_ips: ['10.0.0.0/8'] });
    expect((await use()).body.code).toBe('API_KEY_IP_NOT_ALLOWED');
    await update(id, { allowed_ips: ['127.0.0.0/8'] });
    expect((await use()).status).toBe(200);
  });

  it('moves the ETag with every change, and audits what changed', async () => {
    const { id } = await app.key(owner, { name: 'before' });
    const { headers } = await update(id, { name: 'after' });
    expect(headers.get('etag')).toBe('"2"');
    const entries = await app.dataSource.query<{ metadata: unknown }[]>(
      `SELECT metadata FROM audit_log WHERE api_key_id = $1 AND action = 'api_key_updated'`,
      [id],
    );
    expect(entries).toEqual([{ metadata: { changes: { name: { from: 'before', to: 'after' } } } }]);
  });

  it('revives an expired key whose expiry is moved', async () => {
    const { id, secret } = await app.key(owner, { expires_at: new Date(app.clock.now() + 1).toISOString() });
    app.clock.advance(1);
    const use = () => app.call('GET', '/api/v1/protected/test', { key: secret });
    expect((await use()).body.code).toBe('API_KEY_EXPIRED');
    expect((await update(id, { expires_in_days: 1 })).body.status).toBe('active');
    expect((await use()).status).toBe(200);
  });
});

describe('412', () => {
  it('refuses a change to a version that is no longer there, so that no update is lost', async () => {
    const { id } = await app.key(owner);
    expect((await update(id, { name: 'first' }, { 'if-match': '"1"' })).status).toBe(200);
    const late = await update(id, { name: 'second' }, { 'if-match': '"1"' });
    expect([late.status, late.body.code]).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await update(id, { name: 'third' }, { 'if-match': 'W/"2"' })).status).toBe(412);
    expect((await update(id, { name: 'any' }, { 'if-match': '*' })).status).toBe(200);
  });
});

describe('422', () => {
  it('refuses to clear what every key has, and fields that are not the caller’s to set', async () => {
    const { id } = await app.key(owner);
    for (const field of ['name', 'environment']) expect((await update(id, { [field]: null })).status).toBe(422);
    for (const field of ['id', 'owner_id', 'status', 'prefix', 'usage_count', 'api_key', 'created_at', 'version']) {
      expect([field, (await update(id, { [field]: 'x' })).status]).toEqual([field, 422]);
    }
  });
});
