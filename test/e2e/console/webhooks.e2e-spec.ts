import { Browser, plain } from '../../support/browser.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const app = TestApp.forTests({ WEBHOOK_ALLOW_PRIVATE: 'true' });
const WEBHOOKS = '/dashboard/webhooks';
let owner: Person;
let browser: Browser;
let receiver: WebhookReceiver;

beforeAll(async () => {
  owner = await app.person();
  browser = await new Browser(app.url).signIn(owner);
  receiver = await WebhookReceiver.start(app.clock);
});
afterAll(() => {
  receiver.stop();
});

/** Makes an endpoint by the form, and answers its path and what the next page shows. */
async function made(): Promise<{ path: string; secret: string; secretPath: string }> {
  await browser.get(`${WEBHOOKS}/new`);
  const fields = { url: receiver.url, events: ['key.created', 'key.revoked'] };
  const { location } = await browser.submit(`${WEBHOOKS}/new`, fields);
  const { text } = await browser.get(location);
  return {
    path: location.replace('/secret', ''),
    secretPath: location,
    secret: /whsec_[\w+/=]+/.exec(text)?.[0] ?? '',
  };
}

describe('an endpoint', () => {
  it('is missed by an empty list that says how to make one', async () => {
    const { text } = await (await new Browser(app.url).signIn(await app.person())).get(WEBHOOKS);
    expect(text).toContain(`href="${WEBHOOKS}/new"`);
    expect(plain(text)).toContain('Nobody is told yet');
  });

  it('is made with a secret that its page shows once', async () => {
    const { secret, secretPath, path } = await made();
    expect(secret).toMatch(/^whsec_/);
    const again = await browser.get(secretPath);
    expect(again.status).toBe(410);
    expect(again.text).not.toContain(secret);
    expect((await browser.get(path)).text).not.toContain(secret);
  });

  it('is one, however often its form is sent', async () => {
    const { token } = owner;
    const count = async () => (await app.call('GET', '/api/v1/webhooks', { as: token })).body['total'] as number;
    const before = await count();
    const nonce = /name="nonce" value="([^"]+)"/.exec((await browser.get(`${WEBHOOKS}/new`)).text)?.[1] ?? '';
    const send = () => browser.submit(`${WEBHOOKS}/new`, { nonce, url: receiver.url, events: ['key.created'] });
    const { status, location } = await send();
    expect(status).toBe(303);
    expect(await send()).toMatchObject({ status, location });
    expect((await browser.get(location)).text).toMatch(/whsec_/);
    expect(await send()).toMatchObject({ status: 409 });
    expect(await count()).toBe(before + 1);
  });

  it('answers a ping, and the page says what', async () => {
    const { path, secret } = await made();
    receiver.secret = secret;
    receiver.behaviours.push(418);
    await browser.get(path);
    const { text } = await browser.submitAndFollow(`${path}/test`);
    expect(plain(text)).toContain('The ping was sent, and the endpoint answered 418.');
    expect(receiver.received.at(-1)?.type).toBe('webhook.ping');
  });

  it('shows what was sent to it, and sends it once more', async () => {
    const { path, secret } = await made();
    receiver.secret = secret;
    app.clock.advance(1);
    await app.key(owner, { name: 'told' });
    await app.deliver();
    const { text } = await browser.get(`${path}?status=delivered`);
    expect(plain(text)).toContain('"name": "told"');
    const replay = /action="([^"]+\/replay)"/.exec(text)?.[1] ?? '';
    const before = receiver.received.length;
    expect(plain((await browser.submitAndFollow(replay)).text)).toContain('delivered once more');
    await app.deliver();
    expect(receiver.received.length).toBeGreaterThan(before);
    expect(receiver.received.at(-1)?.id).toBe(receiver.received[before - 1]?.id);
  });

  it('is changed, with what was wrong at its field', async () => {
    const { path } = await made();
    await browser.get(`${path}/edit`);
    const wrong = await browser.submit(`${path}/edit`, { url: 'not a url', events: ['key.created'] });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="not a url"');
    const { text } = await browser.submitAndFollow(`${path}/edit`, {
      url: `${receiver.url}/2`,
      events: ['user.locked'],
    });
    expect(plain(text)).toContain('user.locked');
  });

  it('gets another secret, and the old one still signs for as long as was chosen', async () => {
    const { path, secret } = await made();
    await browser.get(`${path}/change-secret`);
    const { text } = await browser.submitAndFollow(`${path}/change-secret`, { grace_period_hours: '24' });
    const next = /whsec_[\w+/=]+/.exec(text)?.[0];
    expect(next).toBeDefined();
    expect(next).not.toBe(secret);
    expect(plain((await browser.get(path)).text)).toMatch(/signs too, until it stops\s+in 1 day/);
  });

  it('changes its secret once, however often that is sent, so that the one before goes on to sign', async () => {
    const { path } = await made();
    await browser.get(`${path}/change-secret`);
    const send = () => browser.submit(`${path}/change-secret`, { grace_period_hours: '24' });
    const [{ location }, again] = [await send(), await send()];
    expect(again).toMatchObject({ status: 303, location });
    expect((await browser.get(location)).text).toMatch(/whsec_/);
    const changes = await app.dataSource.query<unknown[]>(
      `SELECT FROM audit_log WHERE action = 'webhook_secret_changed' AND metadata->>'endpoint_id' = $1`,
      [path.slice(-36)],
    );
    expect(changes).toHaveLength(1);
  });

  it('is deleted after a page that says what leaves with it', async () => {
    const { path } = await made();
    expect(plain((await browser.get(`${path}/delete`)).text)).toContain('Its deliveries leave with it');
    await browser.submitAndFollow(`${path}/delete`);
    expect(await browser.get(path)).toMatchObject({ status: 404 });
  });

  it('of somebody else is not there', async () => {
    const { path } = await made();
    const stranger = await new Browser(app.url).signIn(await app.person());
    expect(await stranger.get(path)).toMatchObject({ status: 404 });
    await stranger.get('/dashboard');
    expect(await stranger.submit(`${path}/test`)).toMatchObject({ status: 404 });
  });
});
