import { Like } from 'typeorm';
import { EventOutbox } from '../../../apps/api/src/events/event-outbox.js';
import { OutgoingEvent } from '../../../apps/api/src/events/outgoing-event.entity.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { WebhookDelivery } from '../../../apps/api/src/webhooks/deliveries/webhook-delivery.entity.js';
import { TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const DAY_MS = 86_400_000;

describe('an event', () => {
  it('is told as soon as its change has committed, with nobody asking', async () => {
    // Anything but a test: jobs start by themselves, and on our clock they start only once.
    const app = await TestApp.start({ NODE_ENV: 'development', WEBHOOK_ALLOW_PRIVATE: 'true' });
    const receiver = await WebhookReceiver.start(app.clock);
    const owner = await app.person();
    const body = { url: receiver.url, events: ['key.created'] };
    receiver.secret = String((await app.call('POST', '/api/v1/webhooks', { as: owner.token, body })).body.secret);
    await app.key(owner);
    await receiver.arrivals(1);
    await app.key(owner);
    await receiver.arrivals(2);
    await app.stop();
    expect(receiver.types).toEqual(['key.created', 'key.created']);
    receiver.stop();
  });
});

describe('the outbox', () => {
  const app = TestApp.forTests();
  let committed = 0;
  beforeAll(() => {
    app.nest.get(EventOutbox).onCommitted(() => committed++);
  });
  beforeEach(() => (committed = 0));

  const emit = (manager: Parameters<EventOutbox['emit']>[0]) =>
    app.nest.get(EventOutbox).emit(manager, {
      type: 'user.locked',
      ownerId: null,
      data: { user_id: null, ip_address: null, locked_until: new Date(0) },
    });

  it('says so once the outermost transaction has committed, and not before', async () => {
    await app.dataSource.transaction(async (outer) => {
      await outer.transaction(emit);
      expect(committed).toBe(0);
    });
    expect(committed).toBe(1);
    await app.dataSource.transaction((manager) => manager.query('SELECT 1'));
    expect(committed).toBe(1);
  });

  it('says nothing of what was rolled back', async () => {
    const failed = app.dataSource.transaction(async (manager) => {
      await emit(manager);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(committed).toBe(0);
  });
});

describe('what is over', () => {
  it('is forgotten after 30 days, and what is not over never', async () => {
    const app = await TestApp.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
    const receiver = await WebhookReceiver.start(app.clock);
    const owner = await app.person();
    const body = { url: receiver.url, events: ['key.created', 'key.revoked'] };
    receiver.secret = String((await app.call('POST', '/api/v1/webhooks', { as: owner.token, body })).body.secret);
    const { id } = await app.key(owner);
    await app.deliver();
    app.clock.advance(DAY_MS);
    await app.dataSource.transaction((manager) =>
      app.nest.get(EventOutbox).emit(manager, {
        type: 'key.revoked',
        ownerId: owner.id,
        data: { api_key_id: id, owner_id: owner.id, name: 'x', key_prefix: 'x', environment: 'x', external_id: null },
      }),
    );
    receiver.behaviours.push(500);
    await app.deliver();
    const counts = async () => [
      await app.dataSource.manager.count(WebhookDelivery),
      await app.dataSource.manager.count(OutgoingEvent, { where: { type: Like('key.%') } }),
    ];
    app.clock.advance(29 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect(await counts()).toEqual([2, 2]);
    app.clock.advance(2 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect(await counts()).toEqual([1, 1]);
    receiver.stop();
    await app.stop();
  });
});
