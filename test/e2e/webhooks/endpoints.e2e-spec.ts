import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const HOUR_MS = 3_600_000;
const WANTED = { url: 'https://hooks.example.com/akm?team=7', events: ['key.created', 'key.revoked'] };
const MISSING = '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f';

interface Endpoint {
  id: string;
  url: string;
  secret: string;
  former_secret_ends_at: string | null;
}

const app = TestApp.forTests({ WEBHOOK_ALLOW_PRIVATE: 'true' });
let owner: Person;
let admin: Person;
beforeAll(async () => {
  admin = await app.person('admin');
});
beforeEach(async () => {
  // No endpoint is told of what happened before it was there.
  app.clock.advance(1);
  owner = await app.person();
});

const call = (method: string, path: string, as: Person, body?: unknown) =>
  app.call<Endpoint & Record<string, unknown>>(method, `/api/v1/webhooks${path}`, { as: as.token, body });
const create = (as: Person, body: object = {}) => call('POST', '', as, { ...WANTED, ...body });
const idsOf = async (as: Person) => (await call('GET', '?page_size=100', as)).body.items as { id: string }[];
const auditOf = async (id: string) =>
  (
    await app.dataSource.query<{ action: string }[]>(
      `SELECT action FROM audit_log WHERE metadata->>'endpoint_id' = $1 ORDER BY timestamp, id`,
      [id],
    )
  ).map(({ action }) => action);

describe('an endpoint', () => {
  it('is made with a secret that is shown once and stored sealed', async () => {
    const { status, body } = await create(owner);
    expect(status).toBe(201);
    const { secret, ...shown } = body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({ ...WANTED, scope: 'own', owner_id: owner.id, former_secret_ends_at: null });
    expect((await call('GET', `/${body.id}`, owner)).body).toEqual(shown);
    const [row] = await app.dataSource.query<{ sealed: Buffer }[]>(
      `SELECT sealed FROM webhook_secrets WHERE endpoint_id = $1`,
      [body.id],
    );
    expect(row?.sealed.includes(Buffer.from(secret))).toBe(false);
    expect(row?.sealed.includes(Buffer.from(secret.slice('whsec_'.length), 'base64'))).toBe(false);
  });

  it('is changed field by field, and deleted with what it was to be told', async () => {
    const { id } = (await create(owner)).body;
    const changed = await call('PUT', `/${id}`, owner, { events: ['user.locked'] });
    expect([changed.status, changed.body.url, changed.body.events]).toEqual([200, WANTED.url, ['user.locked']]);
    expect((await call('PUT', `/${id}`, owner, { url: 'https://b.example/' })).body.events).toEqual(['user.locked']);
    await call('POST', `/${id}/test`, owner);
    expect((await call('DELETE', `/${id}`, owner)).status).toBe(204);
    for (const path of ['', '/deliveries']) expect((await call('GET', `/${id}${path}`, owner)).status).toBe(404);
    expect(await auditOf(id)).toEqual(
      expect.arrayContaining(['webhook_created', 'webhook_updated', 'webhook_updated', 'webhook_deleted']),
    );
  });

  it('leaves only the origin of its URL in the log: the rest may be a secret of the receiver', async () => {
    const { id } = (await create(owner, { url: 'https://hooks.example.com/services/T0/hunter2' })).body;
    const rows = await app.dataSource.query<object[]>(`SELECT metadata FROM audit_log WHERE metadata::text LIKE $1`, [
      `%${id}%`,
    ]);
    expect(rows).toMatchObject([{ metadata: { origin: 'https://hooks.example.com' } }]);
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });

  it('is its owner’s and the admins’ business: to others it does not exist', async () => {
    const { id } = (await create(owner)).body;
    const stranger = await app.person();
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PUT', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/secret', {}],
      ['GET', '/deliveries', undefined],
      ['POST', '/test', undefined],
      ['POST', `/deliveries/${MISSING}/replay`, undefined],
    ] as const) {
      const foreign = await call(method, `/${id}${path}`, stranger, body);
      const missing = await call(method, `/${MISSING}${path}`, stranger, body);
      expect([method, path, foreign.status]).toEqual([method, path, 404]);
      expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    }
    expect(await idsOf(stranger)).toEqual([]);
    expect((await idsOf(admin)).map((endpoint) => endpoint.id)).toContain(id);
    expect((await call('PUT', `/${id}`, admin, { events: ['key.created'] })).status).toBe(200);
  });

  it('is made and changed with scopes of its own, by people and keys', async () => {
    const reader = await app.person('readonly');
    expect((await create(reader)).status).toBe(403);
    expect((await call('GET', '', reader)).status).toBe(200);
    const withScopes = async (...permissions: string[]) => (await app.key(owner, { permissions })).secret;
    const post = (key: string) => app.call('POST', '/api/v1/webhooks', { key, body: WANTED });
    expect((await post(await withScopes('akm:keys:write', 'akm:webhooks:read'))).status).toBe(403);
    expect((await post(await withScopes('akm:webhooks:write'))).body).toMatchObject({ owner_id: owner.id });
  });

  it('can be had twenty times and no more', async () => {
    const statuses = [];
    for (let count = 0; count <= 20; count++) statuses.push((await create(owner)).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 409]);
  });

  it.each([
    [{ url: undefined }, 'url'],
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'https://user:pass@example.com' }, 'url'],
    [{ url: `https://example.com/${'x'.repeat(2048)}` }, 'url'],
    [{ url: 7 }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['key.created', 'key.created'] }, 'events'],
    [{ events: ['key.stolen'] }, 'events'],
    [{ events: undefined }, 'events'],
    [{ scope: 'none' }, 'scope'],
    [{ secret: 'whsec_mine' }, 'secret'],
  ])('refuses %j', async (body, field) => {
    const { status, body: refused } = await create(owner, body);
    expect([status, refused.errors]).toEqual([422, expect.arrayContaining([expect.objectContaining({ field })])]);
  });
});

describe('an endpoint for everything', () => {
  it('is for admins, and only for as long as they are', async () => {
    expect((await create(owner, { scope: 'all' })).status).toBe(403);
    const { id } = (await create(owner)).body;
    expect((await call('PUT', `/${id}`, owner, { scope: 'all' })).status).toBe(403);
    const boss = await app.person('admin');
    const receiver = await WebhookReceiver.start(app.clock);
    receiver.secret = (await create(boss, { url: receiver.url, scope: 'all' })).body.secret;
    await app.key(owner, { name: 'seen' });
    await app.deliver();
    await app.dataSource.manager.update(User, { id: boss.id }, { role: 'developer' });
    await app.key(owner, { name: 'unseen' });
    await app.key(boss, { name: 'own' });
    await app.deliver();
    await app.dataSource.manager.update(User, { id: boss.id }, { isActive: false });
    const { id: late } = await app.key(owner, { name: 'too late' });
    await app.deliver();
    expect(late).toBeDefined();
    expect(receiver.received.map(({ data }) => data.name)).toEqual(['seen', 'own']);
    receiver.stop();
  });

  it('is told only what it asked for, and nothing from before it was there', async () => {
    const { id: gone } = await app.key(admin);
    await app.call('DELETE', `/api/v1/keys/${gone}`, { as: admin.token });
    app.clock.advance(1);
    const receiver = await WebhookReceiver.start(app.clock);
    const { body } = await create(admin, { url: receiver.url, events: ['key.revoked'], scope: 'all' });
    receiver.secret = body.secret;
    const { id } = await app.key(owner);
    await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
    await app.deliver();
    expect(receiver.received).toMatchObject([{ type: 'key.revoked', data: { api_key_id: id } }]);
    receiver.stop();
  });
});

describe('the lock of an account', () => {
  it('is told to its owner, and to admins even when nobody has the address', async () => {
    const [mine, everybodys] = await Promise.all([WebhookReceiver.start(app.clock), WebhookReceiver.start(app.clock)]);
    mine.secret = (await create(owner, { url: mine.url, events: ['user.locked'] })).body.secret;
    everybodys.secret = (
      await create(admin, { url: everybodys.url, events: ['user.locked'], scope: 'all' })
    ).body.secret;
    for (const email of [owner.email, 'nobody@example.org']) {
      for (let attempt = 0; attempt < 6; attempt++) {
        await app.call('POST', '/api/v1/auth/login', { body: { email, password: 'Wrong-Horse-12' } });
      }
    }
    await app.deliver();
    const data = { ip_address: '127.0.0.1', locked_until: new Date(app.clock.now() + HOUR_MS / 4).toISOString() };
    expect(mine.received).toMatchObject([{ type: 'user.locked', data: { ...data, user_id: owner.id } }]);
    const told = everybodys.received.map((message) => message.data.user_id);
    expect(told).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([owner.id, null]));
    for (const receiver of [mine, everybodys]) receiver.stop();
  });
});

describe('a change of the secret', () => {
  it('has both secrets sign until the grace period ends, then the new one alone', async () => {
    const receiver = await WebhookReceiver.start(app.clock);
    const { id, secret: former } = (await create(owner, { url: receiver.url })).body;
    const changed = await call('POST', `/${id}/secret`, owner, { grace_period_hours: 1 });
    const ends = new Date(app.clock.now() + HOUR_MS).toISOString();
    expect(changed.body).toMatchObject({ id, former_secret_ends_at: ends });
    expect(changed.body.secret).not.toBe(former);
    expect((await call('GET', `/${id}`, owner)).body.former_secret_ends_at).toBe(ends);
    const believes = async (secret: string) => {
      receiver.secret = secret;
      const before = receiver.received.length;
      await call('POST', `/${id}/test`, owner);
      return receiver.received.length > before;
    };
    expect([await believes(former), await believes(changed.body.secret)]).toEqual([true, true]);
    app.clock.advance(HOUR_MS);
    expect([await believes(former), await believes(changed.body.secret)]).toEqual([false, true]);
    expect(receiver.headers.map((headers) => String(headers['webhook-signature']).split(' ').length)).toEqual([
      2, 2, 1, 1,
    ]);
    receiver.stop();
  });

  it('never leaves more than two, and one at once with a grace of 0', async () => {
    const receiver = await WebhookReceiver.start(app.clock);
    const { id } = (await create(owner, { url: receiver.url })).body;
    for (const hours of [24, 24, 0]) {
      await call('POST', `/${id}/secret`, owner, { grace_period_hours: hours });
      await call('POST', `/${id}/test`, owner);
    }
    expect(receiver.headers.map((headers) => String(headers['webhook-signature']).split(' ').length)).toEqual([
      2, 2, 1,
    ]);
    expect((await call('POST', `/${id}/secret`, owner, { grace_period_hours: 169 })).status).toBe(422);
    receiver.stop();
  });

  it('gives each of many callers an answer and the endpoint one current secret', async () => {
    const { id } = (await create(owner)).body;
    const answers = await Promise.all(Array.from({ length: 8 }, () => call('POST', `/${id}/secret`, owner, {})));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const live = await app.dataSource.query<object[]>(
      `SELECT FROM webhook_secrets WHERE endpoint_id = $1 AND (retired_at IS NULL OR retired_at > $2)`,
      [id, new Date(app.clock.now())],
    );
    expect(live).toHaveLength(2);
  });
});

describe('a ping', () => {
  it('is sent at once, signed, and its outcome told', async () => {
    const receiver = await WebhookReceiver.start(app.clock);
    const { id, secret } = (await create(owner, { url: receiver.url })).body;
    receiver.secret = secret;
    const { status, body } = await call('POST', `/${id}/test`, owner);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'delivered', attempts: 1, response_status: 204 });
    expect(receiver.received).toMatchObject([{ type: 'webhook.ping', data: { endpoint_id: id }, id: body.event_id }]);
    receiver.stop();
  });

  it('is not repeated when it fails', async () => {
    const receiver = await WebhookReceiver.start(app.clock);
    const { id, secret } = (await create(owner, { url: receiver.url })).body;
    receiver.secret = secret;
    receiver.behaviours.push(418);
    expect((await call('POST', `/${id}/test`, owner)).body).toMatchObject({
      status: 'dead_lettered',
      response_status: 418,
    });
    app.clock.advance(HOUR_MS);
    await app.deliver();
    expect(receiver.received).toHaveLength(1);
    receiver.stop();
  });
});
