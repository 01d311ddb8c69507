import { DeliveryAttempt } from '../../../apps/api/src/webhooks/deliveries/delivery-attempt.js';
import { DeliveryPump } from '../../../apps/api/src/webhooks/deliveries/delivery-pump.js';
import { DeliveryQueue } from '../../../apps/api/src/webhooks/deliveries/delivery-queue.js';
import { EventLayout } from '../../../apps/api/src/webhooks/deliveries/event-layout.js';
import { WebhookDelivery } from '../../../apps/api/src/webhooks/deliveries/webhook-delivery.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const MINUTE_MS = 60_000;
const queue = () => app.nest.get(DeliveryQueue);
const EVERYTHING = { except: [], endpointsMax: 100, eachMax: 100 };

const app = TestApp.forTests({ WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_TIMEOUT_SECONDS: '1' });
let owner: Person;
let receiver: WebhookReceiver;
let silent: WebhookReceiver | undefined;
beforeEach(async () => {
  owner = await app.person();
  receiver = await WebhookReceiver.start(app.clock);
  const body = { url: receiver.url, events: ['key.created', 'key.disabled', 'key.revoked'] };
  receiver.secret = String((await app.call('POST', '/api/v1/webhooks', { as: owner.token, body })).body.secret);
});
afterEach(async () => {
  receiver.stop();
  silent?.stop();
  await app.dataSource.query('DELETE FROM webhook_endpoints');
});

/** As many instances as it takes, each with its own idea of what is under way. */
const deliverers = (count: number) =>
  Array.from(
    { length: count },
    () => new DeliveryPump(app.nest.get(EventLayout), app.nest.get(DeliveryQueue), app.nest.get(DeliveryAttempt)),
  );

describe('several deliverers', () => {
  it('deliver each event once, and those of a key in order', async () => {
    const keys = await Promise.all(Array.from({ length: 24 }, () => app.key(owner)));
    for (const { id } of keys) {
      await app.call('POST', `/api/v1/keys/${id}/disable`, { as: owner.token });
      await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
    }
    await Promise.all(deliverers(6).map((deliverer) => deliverer.deliverDue()));
    expect(receiver.received).toHaveLength(keys.length * 3);
    for (const { id } of keys) {
      const ofKey = receiver.received.filter(({ data }) => data.api_key_id === id);
      expect(ofKey.map(({ type }) => type)).toEqual(['key.created', 'key.disabled', 'key.revoked']);
    }
  });

  it('lay out each event once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => app.key(owner)));
    await Promise.all(deliverers(6).map((deliverer) => deliverer.deliverDue()));
    expect(await app.dataSource.manager.countBy(WebhookDelivery, { state: 'delivered' })).toBe(8);
  });
});

describe('a lease', () => {
  const claimed = async () => {
    await app.key(owner);
    receiver.behaviours.push(500);
    await app.deliver();
    app.clock.advance(MINUTE_MS);
    const [delivery] = await queue().claim(EVERYTHING);
    if (!delivery) throw new Error('nothing was due');
    return delivery;
  };

  it('keeps others away until it ends', async () => {
    const { id } = await claimed();
    expect(await queue().claim(EVERYTHING)).toEqual([]);
    expect(await queue().claimOne(id)).toBeUndefined();
    app.clock.advance(queue().leaseMs - 1);
    expect(await queue().claim(EVERYTHING)).toEqual([]);
    app.clock.advance(1);
    expect(await queue().claim(EVERYTHING)).toMatchObject([{ id }]);
  });

  it('fences off whoever comes back after it ended: what another wrote stays', async () => {
    const late = await claimed();
    app.clock.advance(queue().leaseMs);
    const [current] = await queue().claim(EVERYTHING);
    if (!current) throw new Error('nothing was due');
    expect(await queue().settle(late, { failure: 'timeout' })).toBe(false);
    expect(await queue().settle(current, { status: 200 })).toBe(true);
    expect(await queue().settle(late, { failure: 'timeout' })).toBe(false);
    expect(await app.dataSource.manager.findOneBy(WebhookDelivery, { id: late.id })).toMatchObject({
      state: 'delivered',
      responseStatus: 200,
    });
    const audited = await app.dataSource.query<object[]>(
      `SELECT action FROM audit_log WHERE metadata->>'delivery_id' = $1`,
      [late.id],
    );
    expect(audited).toEqual([{ action: 'webhook_delivered' }]);
  });

  it('is of one delivery for each key and endpoint, so that nothing overtakes', async () => {
    const { id } = await app.key(owner);
    await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
    receiver.behaviours.push(500);
    await app.deliver();
    app.clock.advance(MINUTE_MS);
    const first = await queue().claim(EVERYTHING);
    expect(first.map(({ eventType }) => eventType)).toEqual(['key.created']);
    expect(await queue().claim(EVERYTHING)).toEqual([]);
  });
});

describe('endpoints that fail', () => {
  it('leave the places of those that work alone, however much they have waiting', async () => {
    const { id } = await app.key(owner);
    await app.call('POST', `/api/v1/keys/${id}/disable`, { as: owner.token });
    receiver.behaviours.push(500);
    await app.deliver();
    app.clock.advance(1);
    const other = await app.person();
    const working = await WebhookReceiver.start(app.clock);
    const body = { url: working.url, events: ['key.created'] };
    working.secret = String((await app.call('POST', '/api/v1/webhooks', { as: other.token, body })).body.secret);
    await app.key(other);
    await app.deliver();
    expect(working.types).toEqual(['key.created']);
    working.stop();
  });

  it('share a few lanes, however many they are, while the others do not wait', async () => {
    silent = await WebhookReceiver.start(app.clock);
    for (let count = 0; count < 40; count++) {
      if (count % 20 === 0) owner = await app.person();
      const body = { url: `${silent.url}/${count}`, events: ['key.created'] };
      await app.call('POST', '/api/v1/webhooks', { as: owner.token, body });
      silent.behaviours.push('hang', 'hang');
      if (count % 20 === 19) await app.key(owner);
    }
    const sound = await app.person();
    const body = { url: receiver.url, events: ['key.created'] };
    receiver.secret = String((await app.call('POST', '/api/v1/webhooks', { as: sound.token, body })).body.secret);
    await app.deliver();
    expect(silent.headers).toHaveLength(40);
    app.clock.advance(MINUTE_MS);
    const delivered = app.deliver();
    await silent.arrivals(40 + 8);
    await app.key(sound);
    app.nest.get(DeliveryPump).poke();
    await receiver.arrivals(1);
    expect(silent.headers).toHaveLength(40 + 8);
    silent.stop();
    await delivered;
  });
});
