import { HostNames } from '../../../apps/api/src/webhooks/sending/host-names.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const app = TestApp.forTests();
let owner: Person;
let receiver: WebhookReceiver;
beforeAll(async () => {
  owner = await app.person();
  receiver = await WebhookReceiver.start(app.clock);
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => {
  receiver.stop();
});

const create = (url: string) =>
  app.call('POST', '/api/v1/webhooks', { as: owner.token, body: { url, events: ['key.created'] } });
const port = () => new URL(receiver.url).port;

describe('an endpoint at home', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0.0.0.0/',
    'http://224.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
  ])('is refused when it is saved: %s', async (url) => {
    expect((await create(url)).body).toMatchObject({ status: 422, errors: [{ field: 'url' }] });
    const { body } = await create('https://hooks.example.com/');
    const changed = await app.call('PUT', `/api/v1/webhooks/${String(body.id)}`, { as: owner.token, body: { url } });
    expect(changed.status).toBe(422);
    await app.call('DELETE', `/api/v1/webhooks/${String(body.id)}`, { as: owner.token });
  });
});

describe('a name', () => {
  const meaning = (...answers: string[][]) => {
    const asked = jest.spyOn(app.nest.get(HostNames), 'addressesOf');
    for (const addresses of answers) {
      asked.mockResolvedValueOnce(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    }
    return asked;
  };
  const ping = async () => {
    const { body } = await create(`http://rebind.example.com:${port()}/`);
    return (await app.call('POST', `/api/v1/webhooks/${String(body.id)}/test`, { as: owner.token })).body;
  };

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['fd00::1']],
    [['1.1.1.1', '127.0.0.1']],
  ])('that means %j at the time of sending is not sent to', async (addresses) => {
    const asked = meaning(addresses, ['127.0.0.1']);
    expect(await ping()).toMatchObject({ status: 'dead_lettered', failure: 'address_not_allowed' });
    expect(asked).toHaveBeenCalledTimes(1);
    expect(receiver.headers).toEqual([]);
  });

  it('is judged anew at every attempt', async () => {
    owner = await app.person();
    const { body } = await create(`http://rebind.example.com:${port()}/`);
    meaning(['10.0.0.1'], ['127.0.0.1']);
    await app.key(owner);
    await app.deliver();
    app.clock.advance(60_000);
    await app.deliver();
    const path = `/api/v1/webhooks/${String(body.id)}/deliveries`;
    const { body: page } = await app.call<{ items: object[] }>('GET', path, { as: owner.token });
    expect(page.items).toMatchObject([{ status: 'pending', attempts: 2, failure: 'address_not_allowed' }]);
    expect(receiver.headers).toEqual([]);
  });
});
