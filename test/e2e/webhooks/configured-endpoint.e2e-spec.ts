import { EVENT_TYPES } from '../../../apps/api/src/events/event-type.js';
import { ManualClock } from '#domain';
import { type Person, TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const secret = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;

let receiver: WebhookReceiver;
let app: TestApp;
let admin: Person;
beforeAll(async () => {
  receiver = await WebhookReceiver.start(new ManualClock(Date.UTC(2026, 10, 22, 12)));
  app = await TestApp.start(
    {
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: `${secret(1)},${secret(2)}`,
      WEBHOOK_ALLOW_PRIVATE: 'true',
    },
    { canRestart: true },
  );
  admin = await app.person('admin');
});
afterAll(async () => {
  receiver.stop();
  await app.stop();
});

const list = async (as: Person) =>
  (await app.call<{ items: { id: string }[] }>('GET', '/api/v1/webhooks', { as: as.token })).body.items;

describe('WEBHOOK_URL', () => {
  it('is told everything about everybody, signed with each of its secrets', async () => {
    const person = await app.person();
    await app.key(person);
    for (const known of [secret(1), secret(2)]) {
      receiver.secret = known;
      await app.key(person);
      await app.deliver();
    }
    expect(receiver.forged).toEqual([]);
    expect(receiver.types).toEqual(['key.created', 'key.created', 'key.created']);
  });

  it('is one endpoint through any number of starts, for admins to see', async () => {
    await app.restart();
    const [endpoint, ...others] = await list(admin);
    expect(others).toEqual([]);
    expect(endpoint).toMatchObject({ url: receiver.url, owner_id: null, scope: 'all', events: EVENT_TYPES });
    expect(await list(await app.person())).toEqual([]);
    const created = await app.dataSource.query<object[]>(`SELECT FROM audit_log WHERE action = 'webhook_created'`);
    expect(created).toHaveLength(1);
  });

  it('is changed in the configuration and nowhere else', async () => {
    const [endpoint] = await list(admin);
    const path = `/api/v1/webhooks/${endpoint?.id ?? ''}`;
    for (const [method, rest, body] of [
      ['PUT', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/secret', {}],
    ] as const) {
      expect((await app.call(method, path + rest, { as: admin.token, body })).status).toBe(409);
    }
    expect((await app.call('POST', `${path}/test`, { as: admin.token })).body).toMatchObject({ status: 'delivered' });
  });

  it('stops the start when nothing may be sent there', async () => {
    const start = TestApp.start({ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret(1) });
    await expect(start).rejects.toThrow('WEBHOOK_URL: must not be a loopback');
  });
});
