import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { EVENT_TYPES } from '../../../apps/api/src/events/event-type.js';
import { DeliveryQueue } from '../../../apps/api/src/webhooks/deliveries/delivery-queue.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { type Behaviour, WebhookReceiver } from '../../support/webhook-receiver.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOCAL = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_TIMEOUT_SECONDS: '1' };

interface Delivery {
  id: string;
  event_id: string;
  status: string;
  attempts: number;
  response_status: number | null;
  failure: string | null;
  next_attempt_at: string | null;
  payload: { type: string };
}

const app = TestApp.forTests(LOCAL, { canRestart: true });
let owner: Person;
let receiver: WebhookReceiver;
let endpoint: string;
beforeEach(async () => {
  owner = await app.person();
  receiver = await WebhookReceiver.start(app.clock);
  endpoint = await subscribe(receiver, owner);
});
afterEach(() => {
  receiver.stop();
});

async function subscribe(to: WebhookReceiver, person: Person, scope = 'own'): Promise<string> {
  const body = { url: to.url, events: EVENT_TYPES, scope };
  const { body: created } = await app.call('POST', '/api/v1/webhooks', { as: person.token, body });
  to.secret = String(created.secret);
  return String(created.id);
}

const act = (method: string, path: string) =>
  app.call(method, `/api/v1/keys/${path}`, { as: owner.token, ...(method === 'POST' && { body: {} }) });

const deliveries = async (query = '') => {
  const path = `/api/v1/webhooks/${endpoint}/deliveries?${query}`;
  return (await app.call<{ items: Delivery[] }>('GET', path, { as: owner.token })).body.items;
};

/** Sessions of before have ended after a day. */
async function signInAgain(): Promise<void> {
  const { email, password } = owner;
  const { body } = await app.call('POST', '/api/v1/auth/login', { body: { email, password } });
  owner = { ...owner, token: String(body.access_token) };
}

/** Lets time pass until whatever failed is due again, and delivers it. */
async function later(ms: number): Promise<void> {
  app.clock.advance(ms);
  await app.deliver();
}

async function wholeLife(): Promise<string> {
  const { id } = await app.key(owner, { name: 'billing' });
  await act('POST', `${id}/rotate`);
  await act('POST', `${id}/disable`);
  await act('POST', `${id}/enable`);
  await act('DELETE', id);
  return id;
}

/** What the endpoint is, as its owner sees it. */
const shown = async () => (await app.call('GET', `/api/v1/webhooks/${endpoint}`, { as: owner.token })).body;

const WHOLE_LIFE = ['key.created', 'key.rotated', 'key.disabled', 'key.revoked'];

describe('a receiver', () => {
  it('is told the whole life of a key, signed, in order, and of nothing else', async () => {
    const id = await wholeLife();
    await app.key(await app.person());
    await app.deliver();
    await app.deliver();
    expect(receiver.types).toEqual(WHOLE_LIFE);
    expect(receiver.forged).toEqual([]);
    expect(receiver.received[0]).toMatchObject({
      timestamp: new Date(app.clock.now()).toISOString(),
      data: { api_key_id: id, owner_id: owner.id, name: 'billing', permissions: ['read'] },
    });
    expect(new Set(receiver.received.map((message) => message.id)).size).toBe(WHOLE_LIFE.length);
    expect((await deliveries('status=delivered')).map(({ payload }) => payload.type).sort()).toEqual(
      [...WHOLE_LIFE].sort(),
    );
  });

  it('is told everything in order through an error, silence, a reset connection and a restart', async () => {
    receiver.behaviours.push(500, 'hang', 'reset');
    await wholeLife();
    await app.deliver();
    await later(20 * SECOND_MS);
    await app.restart();
    await later(80 * SECOND_MS);
    expect(receiver.types).toEqual(['key.created', 'key.created', 'key.created']);
    await later(320 * SECOND_MS);
    expect(receiver.types).toEqual(['key.created', 'key.created', 'key.created', ...WHOLE_LIFE]);
    expect(receiver.forged).toEqual([]);
    const ids = receiver.received.filter(({ type }) => type === 'key.created').map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
  });

  it('is left alone for as long as it asks, though no longer than four hours', async () => {
    receiver.answerHeaders = { 'retry-after': '1800' };
    receiver.behaviours.push(503);
    await app.key(owner);
    await app.deliver();
    await later(1800 * SECOND_MS - 1);
    expect(receiver.types).toHaveLength(1);
    receiver.behaviours.push(429);
    receiver.answerHeaders = { 'retry-after': new Date(app.clock.now() + DAY_MS).toUTCString() };
    await later(1);
    expect(receiver.types).toHaveLength(2);
    await later(4 * HOUR_MS - 1);
    expect(receiver.types).toHaveLength(2);
    await later(1);
    expect(receiver.types).toHaveLength(3);
    await signInAgain();
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 3 }]);
  });

  it('is told nothing more once it says that it is gone, until its URL is set again', async () => {
    receiver.behaviours.push(500, 410);
    await app.key(owner);
    await app.deliver();
    await app.key(owner);
    await app.deliver();
    expect(await shown()).toMatchObject({ disabled_at: new Date(app.clock.now()).toISOString() });
    expect(await deliveries('status=dead_lettered')).toHaveLength(2);
    await app.key(owner);
    await later(DAY_MS / 2);
    expect(receiver.types).toHaveLength(2);
    expect(await deliveries()).toHaveLength(2);

    const action = 'webhook_disabled';
    const entries = await app.dataSource.manager.findBy(AuditEntry, { action, userId: owner.id });
    expect(entries).toMatchObject([
      { errorMessage: expect.stringContaining('410') as string, metadata: { given_up: 1 } },
    ]);

    await app.call('PUT', `/api/v1/webhooks/${endpoint}`, { as: owner.token, body: { url: receiver.url } });
    expect(await shown()).toMatchObject({ disabled_at: null });
    await app.key(owner);
    await app.deliver();
    expect(receiver.types).toHaveLength(3);
  });

  it.each<[Behaviour, Partial<Delivery>]>([
    [500, { response_status: 500, failure: null }],
    [302, { response_status: 302, failure: null }],
    ['hang', { response_status: null, failure: 'timeout' }],
    ['reset', { response_status: null, failure: 'connection_reset' }],
  ])('has not been told when it answers with %s, and is told again', async (behaviour, shown) => {
    receiver.behaviours.push(behaviour);
    await app.key(owner);
    await app.deliver();
    expect(await deliveries()).toMatchObject([{ status: 'pending', attempts: 1, ...shown }]);
    await later(20 * SECOND_MS);
    expect(await deliveries()).toMatchObject([
      { status: 'delivered', attempts: 2, response_status: 204, failure: null },
    ]);
    expect(receiver.types).toEqual(['key.created', 'key.created']);
  });

  it('signs every attempt with the time of the attempt', async () => {
    receiver.behaviours.push(500);
    await app.key(owner);
    const first = app.clock.now();
    await app.deliver();
    await later(HOUR_MS);
    const sent = receiver.headers.map((headers) => headers['webhook-timestamp']);
    expect(sent).toEqual([first, first + HOUR_MS].map((ms) => String(Math.floor(ms / 1000))));
    expect(receiver.forged).toEqual([]);
  });

  it('is told of other keys while one event will not go', async () => {
    receiver.behaviours.push(500);
    await app.key(owner, { name: 'poison' });
    await app.deliver();
    await app.key(owner, { name: 'other' });
    await app.deliver();
    expect(receiver.received.map(({ data }) => data.name)).toEqual(['poison', 'other']);
  });

  it('is not held up by another that never answers', async () => {
    const slow = await WebhookReceiver.start(app.clock);
    await subscribe(slow, owner);
    slow.behaviours.push('hang');
    await app.key(owner, { name: 'first' });
    const delivered = app.deliver();
    await Promise.all([receiver.arrivals(1), slow.arrivals(1)]);
    await app.key(owner, { name: 'second' });
    void app.deliver();
    await receiver.arrivals(2);
    expect(slow.received).toHaveLength(1);
    await delivered;
    slow.stop();
  });

  it('is told again what its process may have been told when ours was killed', async () => {
    await app.key(owner);
    receiver.behaviours.push('hang');
    const lost = app.deliver();
    await receiver.arrivals(1);
    // As after kill -9: the attempt is never written down.
    await app.dataSource.query(`UPDATE webhook_deliveries SET lease_id = gen_random_uuid() WHERE endpoint_id = $1`, [
      endpoint,
    ]);
    await lost;
    await later(app.nest.get(DeliveryQueue).leaseMs - 1);
    expect(receiver.received).toHaveLength(1);
    await later(1);
    expect(receiver.received).toHaveLength(2);
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 2 }]);
  });
});

describe('a delivery that fails for a day', () => {
  it('is tried ever more rarely, then kept as a dead letter and audited', async () => {
    receiver.behaviours.push(...Array.from({ length: 40 }, () => 503));
    await app.key(owner);
    const start = app.clock.now();
    await app.deliver();
    while (app.clock.now() < start + DAY_MS) await later(15 * MINUTE_MS);
    const attempts = receiver.received.length;
    expect(attempts).toBeGreaterThanOrEqual(9);
    expect(attempts).toBeLessThanOrEqual(20);
    await signInAgain();
    const dead = await deliveries('status=dead_lettered');
    expect(dead).toMatchObject([{ attempts, response_status: 503, failure: null, next_attempt_at: null }]);
    await later(DAY_MS);
    expect(receiver.received).toHaveLength(attempts);
    const audited = await app.dataSource.query<object[]>(
      `SELECT user_id, metadata FROM audit_log WHERE action = 'webhook_failed' AND user_id = $1`,
      [owner.id],
    );
    const metadata = { endpoint_id: endpoint, event_type: 'key.created', attempts, response_status: 503 };
    expect(audited).toMatchObject([{ user_id: owner.id, metadata }]);
  });

  it('lets the events of its key that waited for it go', async () => {
    receiver.behaviours.push(...Array.from({ length: 40 }, () => 500));
    const { id } = await app.key(owner);
    await act('DELETE', id);
    const start = app.clock.now();
    await app.deliver();
    while (app.clock.now() < start + DAY_MS - HOUR_MS) await later(HOUR_MS);
    expect(new Set(receiver.types)).toEqual(new Set(['key.created']));
    receiver.behaviours.splice(1);
    await later(HOUR_MS);
    expect(receiver.types.at(-1)).toBe('key.revoked');
    await signInAgain();
    expect((await deliveries()).map(({ status }) => status).sort()).toEqual(['dead_lettered', 'delivered']);
  });

  it('is delivered once more on demand, under the same id', async () => {
    receiver.behaviours.push(...Array.from({ length: 2 }, () => 500));
    await app.key(owner);
    await app.deliver();
    await later(DAY_MS);
    await signInAgain();
    const [dead] = await deliveries('status=dead_lettered');
    const replay = () =>
      app.call('POST', `/api/v1/webhooks/${endpoint}/deliveries/${dead?.id ?? ''}/replay`, { as: owner.token });
    expect((await replay()).body).toMatchObject({ status: 'pending', attempts: 0 });
    expect((await replay()).status).toBe(409);
    await app.deliver();
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 1, event_id: dead?.event_id }]);
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([dead?.event_id]));
    expect((await replay()).status).toBe(200);
    await app.deliver();
    expect(receiver.received).toHaveLength(4);
  });
});
