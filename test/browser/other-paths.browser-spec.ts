import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { ELSEWHERE, look, use } from '../e2e/anomaly/history.js';
import { parseCsv } from '../support/csv.js';
import { type Person, TestApp } from '../support/test-app.js';
import { describeInChromium, openChromium } from './chromium.js';
import { Complaints } from './complaints.js';
import { SCENE_ENV, signIn } from './scene.js';

describeInChromium('in the console', () => {
  const app = TestApp.forTests(SCENE_ENV);
  const complaints: Complaints[] = [];
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterEach(() => {
    expect(complaints.flatMap(({ all }) => all)).toEqual([]);
  });
  afterAll(() => browser.close());

  /** A window of somebody, in a browser of their own. */
  async function windowOf(person: Person, javaScriptEnabled: boolean): Promise<Page> {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    complaints.push(Complaints.of(page, app.url));
    await signIn(page, app.url, person);
    return page;
  }
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const follow = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true }).click();

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_, javaScriptEnabled) => {
    it('an alert is opened and resolved, leaves the list of those that are open, and the log says who did it', async () => {
      const owner = await app.person();
      const { id, secret } = await app.key(owner, { name: 'leaked in a log' });
      await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
      await use(app, secret, ELSEWHERE);
      await look(app);
      const page = await windowOf(owner, javaScriptEnabled);
      const findOpen = async () => {
        await page.getByRole('link', { name: 'Alerts' }).first().click();
        await page.getByLabel('State').selectOption('Open');
        await press(page, 'Filter');
      };

      await findOpen();
      await follow(page, 'Retired secret used');
      await page.getByText('What it rests on').waitFor();
      await press(page, 'Resolve');
      await page.getByText('The alert is resolved.').waitFor();
      expect(await page.getByRole('button', { name: 'Resolve' }).count()).toBe(0);
      await findOpen();
      await page.getByText('No alert matches').waitFor();
      await page.getByLabel('State').selectOption('Resolved');
      await press(page, 'Filter');
      await follow(page, 'Retired secret used');
      await follow(page, 'The key’s log');
      await follow(page, 'Anomaly resolved');
      await page.getByText(usernameOf(owner)).first().waitFor();
    });

    it('an admin downloads the log, as a table and as JSON, and both are whole', async () => {
      const admin = await app.person('admin');
      const owner = await app.person();
      const { id, secret } = await app.key(owner, { name: 'exported' });
      const client = 'worker/2 "quoted"; <b>bold</b>';
      await use(app, secret, { ...ELSEWHERE, client });
      await use(app, secret, ELSEWHERE, 'DELETE');
      await app.ingest();
      app.clock.advance(1000);
      const expected = ['api_key_created', 'api_key_permission_denied', 'api_key_used'];
      const page = await windowOf(admin, javaScriptEnabled);
      await page.goto(`${app.url}/dashboard/logs?api_key_id=${id}`);

      const csv = await download(page, 'Download CSV');
      expect(csv.name).toMatch(/^audit_logs_[\w-]+\.csv$/);
      const [head = [], ...rows] = parseCsv(csv.text.replace(/^\ufeff/, ''));
      const column = (name: string) => rows.map((row) => row[head.indexOf(name)] ?? '');
      expect(column('Action').sort()).toEqual(expected);
      expect(column('API Key ID')).toEqual([id, id, id]);
      expect(column('IP Address')).toContain(ELSEWHERE.ip);

      const json = await download(page, 'Download JSON');
      expect(json.name).toMatch(/^audit_logs_[\w-]+\.json$/);
      const entries = JSON.parse(json.text) as { action: string; user_agent: string; api_key_id: string }[];
      expect(entries.map(({ action }) => action).sort()).toEqual(expected);
      expect(entries.map(({ user_agent: agent }) => agent)).toContain(client);
      expect(new Set(entries.map(({ api_key_id: key }) => key))).toEqual(new Set([id]));

      await page.goto(`${app.url}/dashboard/logs?action=log_exported&user_id=${admin.id}`);
      expect(await page.getByRole('link', { name: 'Log exported' }).count()).toBe(2);
    });

    it('somebody whom an admin demotes meanwhile is refused at the next click, and sees what is left to them', async () => {
      const [admin, person] = [await app.person('admin'), await app.person()];
      await app.key(person);
      const [theirs, admins] = [await windowOf(person, javaScriptEnabled), await windowOf(admin, javaScriptEnabled)];
      const form = await theirs.context().newPage();
      await theirs.goto(`${app.url}/dashboard/keys`);
      await form.goto(`${app.url}/dashboard/keys/new`);
      await form.getByLabel('Name').fill('too late');

      await admins.getByRole('link', { name: 'People' }).click();
      await follow(admins, usernameOf(person));
      await admins.getByLabel('readonly', { exact: false }).check();
      await press(admins, 'Change the role');
      await admins.getByText(`${usernameOf(person)} is readonly now.`).waitFor();

      await theirs.getByRole('link', { name: 'New key' }).first().click();
      await theirs.getByText('Error 403').waitFor();
      await press(form, 'Make the key');
      await form.getByText('Error 403').waitFor();
      await theirs.goto(`${app.url}/dashboard/keys`);
      expect(await theirs.getByRole('link', { name: 'New key' }).count()).toBe(0);
      expect(await theirs.getByText('too late').count()).toBe(0);
      await theirs.goto(`${app.url}/dashboard/profile`);
      await theirs.getByText(`${person.email} · readonly`).waitFor();
    });
  });
});

function usernameOf({ email }: Person): string {
  return email.split('@')[0] ?? '';
}

/** What the browser saves when the button is pressed. */
async function download(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: saved.suggestedFilename(), text: readFileSync(await saved.path(), 'utf8') };
}
