import type { Browser } from 'playwright-core';
import { type Person, TestApp } from '../support/test-app.js';
import { describeWithVectors } from '../support/vectors.js';
import { describeInChromium, openChromium } from './chromium.js';
import { Complaints } from './complaints.js';
import { everyNth, PAYLOADS, readPayloads } from './payloads.js';
import { signIn } from './scene.js';

/** As names of keys, every so many of them: each takes a key of its own. In other fields of keys, all. */
const NAMED_EVERY = 12;
const TAGS = 50;
const AGENTS = 100;

describeInChromium('text that somebody stored', () => {
  describeWithVectors(PAYLOADS)('is text and nothing else', () => {
    const app = TestApp.forTests();
    let browser: Browser;
    let person: Person;
    beforeAll(async () => {
      browser = await openChromium();
      person = await app.person();
    });
    afterAll(() => browser.close());

    it('in every text field of a key: nothing runs, and nothing is refused by the policy of the page', async () => {
      const payloads = readPayloads();
      expect(payloads.length).toBeGreaterThan(2_000);
      const ids = await store(app, person, payloads);
      const context = await browser.newContext();
      const page = await context.newPage();
      await signIn(page, app.url, person);
      const complaints = Complaints.of(page, app.url);
      for (let n = 1; n <= Math.ceil(ids.length / 25); n++) await page.goto(`${app.url}/dashboard/keys?page=${n}`);
      for (const id of ids.slice(0, Math.ceil(payloads.length / AGENTS))) {
        await page.goto(`${app.url}/dashboard/keys/${id}`);
        await page.goto(`${app.url}/dashboard/keys/${id}/edit`);
      }
      for (const payload of everyNth(payloads, 60)) {
        await page.goto(`${app.url}/dashboard/keys?q=${encodeURIComponent(payload.slice(0, 255))}`);
        await page.goto(`${app.url}/login?next=${encodeURIComponent(payload)}`);
      }
      expect(complaints.all).toEqual([]);
      await context.close();
    }, 180_000);

    it('in a field that comes back with what was typed', async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await signIn(page, app.url, person);
      const complaints = Complaints.of(page, app.url);
      for (const payload of everyNth(readPayloads(), 200)) {
        await page.goto(`${app.url}/dashboard/keys/new`);
        await page.getByLabel('Name').fill(payload);
        await page.getByLabel('Description').fill(payload);
        await page.getByLabel('Addresses').fill(payload);
        await page.getByRole('button', { name: 'Make the key' }).click();
        await page.getByRole('alert').waitFor();
      }
      expect(complaints.all).toEqual([]);
      await context.close();
    });
  });
});

/** Keys that have all of the payloads in their texts, and the newest of them first. */
async function store(app: TestApp, person: Person, payloads: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  const short = (from: number, count: number, length: number) => [
    ...new Set(payloads.slice(from, from + count).map((payload) => payload.slice(0, length))),
  ];
  for (let at = 0, n = 0; at < payloads.length; at += NAMED_EVERY, n++) {
    const payload = payloads[at] ?? '';
    const { status, body } = await app.call('POST', '/api/v1/keys', {
      as: person.token,
      body: {
        name: payload.slice(0, 255),
        description: payload.slice(0, 2000),
        external_id: payload.slice(0, 255),
        allowed_user_agents: short(n * AGENTS, AGENTS, 256),
        allowed_services: short(n * AGENTS, AGENTS, 128),
        tags: short(n * TAGS, TAGS, 64),
        meta: { [payload.slice(0, 100)]: payload.slice(0, 500) },
      },
    });
    if (status !== 201) throw new Error(`${payload} was refused: ${JSON.stringify(body)}`);
    ids.push(String(body['id']));
  }
  return ids;
}
