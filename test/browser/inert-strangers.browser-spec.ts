import type { Browser, BrowserContext, Page } from 'playwright-core';
import { look } from '../e2e/anomaly/history.js';
import { type Person, TestApp } from '../support/test-app.js';
import { describeWithVectors } from '../support/vectors.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { describeInChromium, openChromium } from './chromium.js';
import { Complaints } from './complaints.js';
import { everyNth, PAYLOADS, readPayloads } from './payloads.js';
import { SCENE_ENV, signIn } from './scene.js';

/**
 * All of them come as the program of a use, a hundred for each key. What has a page of its own, or costs a password, is
 * sampled: every so many of them, counted from the first, so that it is the same at every run.
 */
const A_KEY = 100;
const ENTRIES_EVERY = 60;
const PATHS_EVERY = 50;
const SIGN_INS_EVERY = 150;
const FORMS_EVERY = 400;
const PAGES_EVERY = 100;
const DELETIONS_EVERY = 10;
const URL_LENGTH = 2000;

describeInChromium('text that comes from anybody', () => {
  describeWithVectors(PAYLOADS)('is text and nothing else', () => {
    const app = TestApp.forTests({ ...SCENE_ENV, WEBHOOK_ALLOW_PRIVATE: 'true' });
    let payloads: string[];
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let admin: Person;
    let complaints: Complaints;
    beforeAll(async () => {
      payloads = readPayloads();
      browser = await openChromium();
      admin = await app.person('admin');
      context = await browser.newContext();
      page = await context.newPage();
      await signIn(page, app.url, admin);
      complaints = Complaints.of(page, app.url);
    }, 60_000);
    afterEach(() => {
      expect(complaints.all).toEqual([]);
    });
    afterAll(() => browser.close());

    const open = (path: string) => page.goto(app.url + path);
    const shown = async () => (await page.locator('main').textContent()) ?? '';
    /** What stands in the page as text, of these. */
    const readable = async (texts: readonly string[]) => {
      const text = await shown();
      return texts.filter((each) => text.includes(each)).length;
    };

    it('the programs and the paths of uses: in the log, at the key, in alerts', async () => {
      const verifier = await app.key(admin, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 });
      const keys: string[] = [];
      for (let at = 0; at < payloads.length; at += A_KEY) {
        const agents = payloads.slice(at, at + A_KEY);
        const { id, secret } = await app.key(admin, { rate_limit_per_minute: 10_000 });
        // What is still used after a rotation, and what was revoked and is used all the same, is told by program.
        if (at % 200 === 0) await app.call('POST', `/api/v1/keys/${id}/rotate`, { as: admin.token, body: {} });
        else await app.call('DELETE', `/api/v1/keys/${id}`, { as: admin.token });
        const body = agents.map((agent) => ({ key: secret, user_agent: agent.slice(0, 512), ip: '203.0.113.7' }));
        await app.call('POST', '/api/v1/verify/batch', { key: verifier.secret, body });
        keys.push(id);
      }
      for (const path of everyNth(payloads, PATHS_EVERY)) await passGateway(app, verifier.secret, path);
      await look(app);

      for (const id of keys) {
        await open(`/dashboard/keys/${id}`);
        expect(
          await page
            .getByText('By 100 programs')
            .or(page.getByText(/By \d+ programs?/))
            .count(),
        ).toBe(1);
        await open(`/dashboard/logs?api_key_id=${id}`);
      }
      const entries = await entriesOf(app, admin);
      expect(entries.length).toBeGreaterThan(1_000);
      for (const { id, user_agent: agent } of everyNth(entries, ENTRIES_EVERY)) {
        await open(`/dashboard/logs/${id}`);
        expect(await readable([agent ?? ''])).toBe(1);
      }
      await open('/dashboard/alerts');
      const alerts = await page.locator('tbody th a').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
      expect(alerts.length).toBeGreaterThan(0);
      for (const alert of alerts) await open(alert ?? '');
      await open('/dashboard/insights');
    }, 120_000);

    it('the programs of those who sign in, and of those who cannot', async () => {
      const agents = everyNth(payloads, SIGN_INS_EVERY);
      const { email, password } = admin;
      for (const agent of agents) {
        // As bytes, which is how a header comes.
        const headers = { 'user-agent': Buffer.from(agent.slice(0, 500)).toString('latin1') };
        await app.call('POST', '/api/v1/auth/login', { body: { email, password }, headers });
        await app.call('POST', '/api/v1/auth/login', { body: { email: 'nobody@example.org', password }, headers });
      }
      await open('/dashboard/profile');
      expect(await readable(agents)).toBeGreaterThan(agents.length / 2);
      await open('/dashboard/logs?action=login_failed');
      const refused = await page.locator('tbody th a').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
      expect(refused).toHaveLength(agents.length);
      for (const entry of refused) await open(entry ?? '');
    });

    it('the URLs of endpoints, and what is sent to them', async () => {
      const receiver = await WebhookReceiver.start(app.clock);
      const body = { url: receiver.url, events: ['key.created'] };
      const { body: told } = await app.call('POST', '/api/v1/webhooks', { as: admin.token, body });
      const owners = [admin, await app.person(), await app.person(), await app.person(), await app.person()];
      const ids: string[] = [];
      for (const [n, url] of urlsOf(payloads).entries()) {
        const as = owners[Math.floor(n / 19)]?.token;
        if (as === undefined) break;
        const made = await app.call('POST', '/api/v1/webhooks', { as, body: { url, events: ['user.locked'] } });
        expect(made.status).toBe(201);
        ids.push(String(made.body['id']));
      }
      app.clock.advance(1);
      for (const name of everyNth(payloads, PAGES_EVERY)) await app.key(admin, { name: name.slice(0, 255) });
      await app.deliver();
      receiver.stop();
      for (let n = 1; n <= Math.ceil(ids.length / 25); n++) await open(`/dashboard/webhooks?page=${n}`);
      // As a text and as the value of a field, each; the page that asks before it deletes shows it as the first does.
      for (const id of ids) for (const more of ['', '/edit']) await open(`/dashboard/webhooks/${id}${more}`);
      for (const id of everyNth(ids, DELETIONS_EVERY)) await open(`/dashboard/webhooks/${id}/delete`);
      await open(`/dashboard/webhooks/${String(told['id'])}`);
      expect(await shown()).toContain('key.created');
    }, 60_000);

    it('what was typed into a form that comes back', async () => {
      const strangers = await (await browser.newContext()).newPage();
      const theirs = Complaints.of(strangers, app.url);
      for (const payload of everyNth(payloads, FORMS_EVERY)) {
        await refused(page, `${app.url}/dashboard/people/new`, { email: payload, username: payload });
        await refused(page, `${app.url}/dashboard/webhooks/new`, { url: payload });
        await refused(strangers, `${app.url}/register`, { email: payload, username: payload, password: payload });
        await refused(strangers, `${app.url}/login`, { email: payload, password: payload });
      }
      expect(theirs.all).toEqual([]);
    });

    it('what stands in an address: filters, ids, pages that are not there, and what a cookie says', async () => {
      for (const payload of everyNth(payloads, PAGES_EVERY)) {
        const text = encodeURIComponent(payload);
        const fields = (...names: string[]) => names.map((name) => `${name}=${text}`).join('&');
        const log = ['q', 'action', 'start_date', 'end_date', 'ip', 'status_code', 'api_key_id', 'user_id', 'cursor'];
        await open(`/dashboard/logs?${fields('q')}`);
        await open(`/dashboard/logs?${fields(...log)}`);
        await open(`/dashboard/alerts?${fields('type', 'severity', 'resolved', 'from', 'to', 'api_key_id', 'page')}`);
        await open(`/dashboard/why?${fields('request_id', 'at')}`);
        await open(`/dashboard/keys?${fields('status_filter', 'environment', 'tag', 'owner_id', 'sort', 'page')}`);
        await open(`/dashboard/people?${fields('page')}`);
        await open(`/dashboard/webhooks?${fields('page', 'status')}`);
        await open(`/dashboard/keys/${text}?${fields('period')}`);
        const value = Buffer.from(payload.slice(0, 1000)).toString('base64url');
        const url = app.url.replace('http:', 'https:');
        await context.addCookies([{ name: '__Host-akm-notice', value, url, secure: true }]);
        await open('/dashboard');
        expect(await readable([payload.slice(0, 1000)])).toBe(1);
        await open(`/dashboard/${text}`);
      }
    }, 120_000);
  });
});

/** Uses a key at a gateway that was asked for this path. */
async function passGateway(app: TestApp, key: string, path: string): Promise<void> {
  // A proxy sends the target of the request as it came, which has no space in it.
  const headers = { 'x-original-method': 'GET', 'x-original-uri': `/${path.replaceAll(/[^\x21-\x7e]/g, '')}` };
  await app.call('GET', '/api/v1/gateway/auth', { key, headers });
}

interface Entry {
  readonly id: string;
  readonly user_agent: string | null;
}

/** Of the uses that a program was named for. */
async function entriesOf(app: TestApp, { token }: Person): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let page = 1; page <= 20; page++) {
    const path = `/api/v1/logs?action=api_key_used&page_size=100&page=${page}`;
    const { body } = await app.call<{ items: Entry[] }>('GET', path, { as: token });
    found.push(...body.items.filter(({ user_agent: agent }) => agent !== null && agent !== 'node'));
  }
  return found;
}

/** URLs with as many of the payloads as fit into each, all in all of them. */
function urlsOf(payloads: readonly string[]): string[] {
  const urls: string[] = [];
  let url = '';
  for (const payload of payloads) {
    const part = payload.replaceAll(/[\s#\p{C}]/gu, '');
    if (url !== '' && url.length + part.length < URL_LENGTH) {
      url += `&${part}`;
      continue;
    }
    if (url !== '') urls.push(url);
    url = `https://hooks.example.com/?${part}`.slice(0, URL_LENGTH);
  }
  return [...urls, url];
}

/** Fills in the form of a page past what the browser itself checks, and waits until it is back. */
async function refused(page: Page, path: string, fields: Record<string, string>): Promise<void> {
  await page.goto(path);
  const action = new URL(path).pathname;
  await page.evaluate(
    ({ action, fields }) => {
      const form = document.querySelector<HTMLFormElement>(`form[action="${action}"]`);
      if (!form) throw new Error('there is no such form');
      form.noValidate = true;
      for (const [name, value] of Object.entries(fields)) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement) field.value = value;
      }
    },
    { action, fields },
  );
  await page.locator(`form[action="${action}"] button.primary`).click();
  await page.getByRole('alert').waitFor();
}
