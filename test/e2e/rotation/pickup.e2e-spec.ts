import { randomBytes } from 'node:crypto';
import { masterKeyOf } from '#domain';
import { Encryption } from '../../../apps/api/src/encryption/encryption.js';
import { MasterKeyRotation } from '../../../apps/api/src/encryption/master-key-rotation.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { EVENT_TYPES } from '../../../apps/api/src/events/event-type.js';
import { type Call, type Person, TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTHLY = { every_days: 30, grace_hours: 24 };
/** No others: weeks pass, and what a week brought is told too. */
const KEY_EVENTS = EVENT_TYPES.filter((type) => type.startsWith('key.'));
const UNKNOWN_TOKEN = `pickup_${'A'.repeat(43)}`;

interface Pickup {
  id: string;
  token: string | null;
  is_reminder: boolean;
}

const app = TestApp.forTests({ WEBHOOK_ALLOW_PRIVATE: 'true' });
let owner: Person;
let receiver: WebhookReceiver;
let receivers: WebhookReceiver[] = [];
beforeEach(async () => {
  owner = await app.person();
  receiver = await listener();
  await subscribe(receiver, { as: owner.token });
});
afterEach(() => {
  for (const each of receivers) each.stop();
  receivers = [];
});

async function listener(): Promise<WebhookReceiver> {
  const started = await WebhookReceiver.start(app.clock);
  receivers.push(started);
  return started;
}

async function subscribe(to: WebhookReceiver, by: Call, scope = 'own'): Promise<string> {
  const body = { url: to.url, events: KEY_EVENTS, scope };
  const { body: created } = await app.call('POST', '/api/v1/webhooks', { ...by, body });
  to.secret = String(created.secret);
  return String(created.id);
}

const call = (method: string, path: string, more: Call = {}) =>
  app.call(method, `/api/v1${path}`, { as: owner.token, ...more });
const redeem = (token: string | null | undefined, headers: Record<string, string> = {}) =>
  app.call('POST', '/api/v1/keys/pickup', { body: { token }, headers });
const fetchOf = (id: string, more: Call = {}) => call('POST', `/keys/${id}/pickup`, more);
const isAdmitted = async (secret: unknown) =>
  (await app.call('GET', '/api/v1/verify', { key: String(secret) })).status === 200;

async function pass(ms: number): Promise<void> {
  app.clock.advance(ms);
  await app.nest.get(Jobs).runDue();
  owner = await app.signedIn(owner);
}

/** A key that has just been rotated by itself, and what the receiver was told. */
async function rotated(policy = MONTHLY): Promise<{ id: string; secret: string; pickup: Pickup }> {
  const key = await app.key(owner, { rotation: policy, never_expires: true });
  await pass(policy.every_days * DAY_MS);
  return { ...key, pickup: await told() };
}

/** The pickup of the last event that was sent. */
async function told(to = receiver): Promise<Pickup> {
  await app.deliver();
  return to.received.at(-1)?.data.pickup as Pickup;
}

describe('the token of a rotation', () => {
  it('picks up the new secret, which works beside the one before', async () => {
    const { id, secret, pickup } = await rotated();
    expect(pickup.is_reminder).toBe(false);
    const { status, body } = await redeem(pickup.token);
    expect([status, body.id, body.pending_pickup]).toEqual([200, id, null]);
    expect(body.key_prefix).toBe(String(body.api_key).slice(0, String(body.key_prefix).length));
    expect([await isAdmitted(secret), await isAdmitted(body.api_key)]).toEqual([true, true]);
    await pass(DAY_MS);
    expect([await isAdmitted(secret), await isAdmitted(body.api_key)]).toEqual([false, true]);
  });

  it('works once, and afterwards answers as one that never was', async () => {
    const { pickup } = await rotated();
    expect((await redeem(pickup.token)).status).toBe(200);
    const [used, unknown] = [await redeem(pickup.token), await redeem(UNKNOWN_TOKEN)];
    expect(used.body).toMatchObject({ status: 404, code: 'NO_SECRET_WAITING' });
    expect({ ...used.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  });

  it.each([undefined, '', 'pickup_', `akm_${'A'.repeat(43)}`, 7])('is refused when it is %j', async (token) => {
    expect((await redeem(token as string)).status).toBe(422);
  });

  it('gives the same answer again to a repetition of the request, for ten minutes and to nobody else', async () => {
    const { pickup } = await rotated();
    const headers = { 'idempotency-key': 'fetch-1' };
    const first = await redeem(pickup.token, headers);
    const again = await redeem(pickup.token, headers);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await redeem(UNKNOWN_TOKEN, headers)).status).toBe(404);
    expect((await redeem(pickup.token, { 'idempotency-key': 'fetch-2' })).status).toBe(404);
    app.clock.advance(600_000);
    expect((await redeem(pickup.token, headers)).body).toMatchObject({ code: 'IDEMPOTENCY_ANSWER_GONE' });
  });

  it('is worth nothing once the owner of the key is deactivated', async () => {
    const { id, pickup } = await rotated();
    const admin = await app.person('admin');
    await app.call('POST', `/api/v1/auth/users/${owner.id}/deactivate`, { as: admin.token });
    expect((await redeem(pickup.token)).status).toBe(404);
    expect((await fetchOf(id, { as: admin.token })).status).toBe(200);
  });

  it('is in the message alone: not in the database, nor in any answer', async () => {
    const { pickup } = await rotated();
    const token = String(pickup.token);
    const tables = await app.dataSource.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => app.dataSource.query<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`)),
    );
    const dump = rows.flat().map(({ row }) => row);
    const spellings = [token, token.slice(7), Buffer.from(token).toString('hex')];
    expect(dump.length).toBeGreaterThan(20);
    expect(dump.filter((row) => spellings.some((text) => row.includes(text)))).toEqual([]);
    const { body } = await call('GET', '/webhooks');
    const [endpoint] = body.items as { id: string }[];
    const deliveries = await call('GET', `/webhooks/${endpoint?.id ?? ''}/deliveries`);
    expect(deliveries.text).toContain(pickup.id);
    expect(deliveries.text).not.toContain(token);
  });
});

describe('the waiting secret of a key', () => {
  it('is picked up without its token by its owner, once, and the token is worth nothing then', async () => {
    const { id, pickup } = await rotated();
    const { status, body } = await fetchOf(id);
    expect([status, body.pending_pickup, await isAdmitted(body.api_key)]).toEqual([200, null, true]);
    expect((await fetchOf(id)).body).toMatchObject({ code: 'NO_SECRET_WAITING' });
    expect((await redeem(pickup.token)).status).toBe(404);
  });

  it('is put on record when it is picked up', async () => {
    const { id, pickup } = await rotated();
    await redeem(pickup.token);
    const [entry] = await app.dataSource.query<object[]>(
      `SELECT user_id, status_code, metadata FROM audit_log WHERE api_key_id = $1 AND action = 'key_secret_picked_up'`,
      [id],
    );
    expect(entry).toEqual({ user_id: owner.id, status_code: 200, metadata: { with: 'token' } });
  });

  it('has one taker, however many come at once with its token and without', async () => {
    const { id, pickup } = await rotated();
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? redeem(pickup.token) : fetchOf(id))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 15 }, () => 404)]);
  });

  it('is picked up again by a repetition of the same request', async () => {
    const { id } = await rotated();
    const headers = { 'idempotency-key': 'again' };
    const [first, second] = [await fetchOf(id, { headers }), await fetchOf(id, { headers })];
    expect([second.status, second.body.api_key]).toEqual([200, first.body.api_key]);
  });

  it('is for whoever could rotate the key, and for nobody else', async () => {
    const { id } = await rotated();
    const other = await app.person();
    const strong = await app.key(owner, { permissions: ['akm:keys:write', 'admin'] });
    const weak = await app.key(owner, { permissions: ['akm:keys:write'] });
    const reader = await app.key(owner, { permissions: ['akm:keys:read', 'read'] });
    const as = async (by: Call) => (await app.call('POST', `/api/v1/keys/${id}/pickup`, by)).status;
    expect(await as({})).toBe(401);
    expect(await as({ as: other.token })).toBe(404);
    expect(await as({ key: weak.secret })).toBe(403);
    expect(await as({ key: reader.secret })).toBe(403);
    expect(await as({ key: strong.secret })).toBe(200);
  });

  it('is picked up by the service that uses the key, if the key may manage keys', async () => {
    const own = { rotation: MONTHLY, never_expires: true, permissions: ['akm:keys:write'] };
    const { id, secret } = await app.key(owner, own);
    await pass(30 * DAY_MS);
    const { body } = await app.call('POST', `/api/v1/keys/${id}/pickup`, { key: secret });
    expect(await isAdmitted(body.api_key)).toBe(true);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['a revocation', (id) => call('DELETE', `/keys/${id}`)],
    ['a rotation by hand', (id) => call('POST', `/keys/${id}/rotate`, { body: {} })],
    ['the next rotation by itself', () => pass(30 * DAY_MS)],
  ])('is destroyed by %s', async (_, destroy) => {
    const { id, pickup } = await rotated();
    await destroy(id);
    expect((await redeem(pickup.token)).status).toBe(404);
    const left = await app.dataSource.query<object[]>('SELECT id FROM waiting_secrets WHERE id = $1', [pickup.id]);
    expect(left).toEqual([]);
  });

  it('is gone or goes on, as one of the two, when a pick-up meets a revocation', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, pickup } = await rotated();
      const [picked, revoked] = await Promise.all([redeem(pickup.token), call('DELETE', `/keys/${id}`)]);
      expect([200, 404]).toContain(picked.status);
      expect(revoked.status).toBe(204);
      expect((await redeem(pickup.token)).status).toBe(404);
      if (picked.status === 200) expect(await isAdmitted(picked.body.api_key)).toBe(false);
    }
  });

  it('is there through a change of the master key', async () => {
    const { pickup } = await rotated();
    const encryption = app.nest.get(Encryption);
    const [former] = encryption.keys;
    const current = masterKeyOf(randomBytes(32).toString('base64url'));
    Object.assign(encryption, { keys: [current, former] });
    expect((await new MasterKeyRotation(app.dataSource, encryption).rotate()).failures).toEqual([]);
    Object.assign(encryption, { keys: [current] });
    expect((await redeem(pickup.token)).status).toBe(200);
  });

  it('opens in its own row alone', async () => {
    const other = await app.key(owner, { rotation: MONTHLY, never_expires: true });
    const one = await rotated();
    await app.dataSource.query(
      `UPDATE waiting_secrets SET sealed = (SELECT sealed FROM waiting_secrets WHERE key_id = $2) WHERE key_id = $1`,
      [one.id, other.id],
    );
    expect((await fetchOf(one.id)).status).toBe(500);
    expect((await fetchOf(other.id)).status).toBe(200);
  });
});

describe('a secret that nobody picks up', () => {
  it('is told of again in the middle of the grace and at its end, and waits on', async () => {
    const { id, secret, pickup } = await rotated();
    const reminder = { ...pickup, is_reminder: true };
    await pass(12 * HOUR_MS - 1);
    expect(await told()).toEqual(pickup);
    await pass(HOUR_MS);
    expect(await told()).toEqual(reminder);
    await pass(12 * HOUR_MS);
    expect(await isAdmitted(secret)).toBe(false);
    await pass(10 * DAY_MS);
    await app.deliver();
    const rotations = receiver.received.filter(({ type }) => type === 'key.rotated');
    expect(rotations.map(({ data }) => data.pickup)).toEqual([pickup, reminder, reminder]);
    const { body } = await redeem(pickup.token);
    expect([body.id, await isAdmitted(body.api_key)]).toEqual([id, true]);
  });

  it('is told of once after a time in which nothing ran', async () => {
    const { pickup } = await rotated();
    await pass(5 * DAY_MS);
    await pass(HOUR_MS);
    await app.deliver();
    const rotations = receiver.received.filter(({ type }) => type === 'key.rotated');
    expect(rotations.map(({ data }) => data.pickup)).toEqual([pickup, { ...pickup, is_reminder: true }]);
  });

  it('is not told of once it was picked up', async () => {
    const { pickup } = await rotated();
    await redeem(pickup.token);
    await pass(5 * DAY_MS);
    await app.deliver();
    expect(receiver.types.filter((type) => type === 'key.rotated')).toHaveLength(1);
  });
});

describe('an event that comes late', () => {
  it('says that nothing waits any more', async () => {
    receiver.behaviours.push(204, 500);
    const { id, pickup } = await rotated();
    expect(pickup.token).not.toBeNull();
    await fetchOf(id);
    app.clock.advance(HOUR_MS);
    expect(await told()).toBeNull();
  });
});

describe('the token is sent', () => {
  it('to the owner of the key, and not to admins who listen to everybody', async () => {
    const admin = await app.person('admin');
    const all = await listener();
    await subscribe(all, { as: admin.token }, 'all');
    const { pickup } = await rotated();
    await app.deliver();
    const heard = all.received.map(({ data }) => data.pickup as Pickup | undefined);
    expect(heard.filter((each) => each?.id === pickup.id)).toEqual([{ ...pickup, token: null }]);
    expect(heard.filter((each) => each?.token)).toEqual([]);
  });

  it('to no URL that a key has chosen, until a person chooses it', async () => {
    const { secret } = await app.key(owner, { permissions: ['akm:webhooks:write'], never_expires: true });
    const spy = await listener();
    const id = await subscribe(spy, { key: secret });
    expect((await rotated()).pickup.token).not.toBeNull();
    expect((await told(spy)).token).toBeNull();
    await call('PUT', `/webhooks/${id}`, { body: { url: spy.url } });
    await rotated();
    expect((await told(spy)).token).not.toBeNull();
    const turned = await app.call('PUT', `/api/v1/webhooks/${id}`, { key: secret, body: { url: spy.url } });
    expect(turned.body.receives_pickups).toBe(false);
  });
});
