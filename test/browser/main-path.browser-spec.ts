import type { Browser, Page } from 'playwright-core';
import { type Person, TestApp } from '../support/test-app.js';
import { describeInChromium, openChromium } from './chromium.js';
import { Complaints } from './complaints.js';
import { signIn } from './scene.js';

const PASSWORD = 'SecurePass123!';

describeInChromium('from an account to a revoked key', () => {
  const app = TestApp.forTests();
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());

  const use = async (secret: string) => (await app.call('GET', '/api/v1/protected/test', { key: secret })).status;
  const secretOn = async (page: Page) => (await page.locator('.secret code').textContent()) ?? '';
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click();

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', async (how, javaScriptEnabled) => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const complaints = Complaints.of(page, app.url);
    const name = how.replaceAll(' ', '_').toLowerCase();

    await page.goto(app.url);
    await follow(page, 'Make an account');
    await page.getByLabel('E-mail address').fill(`${name}@example.org`);
    await page.getByLabel('Username').fill(name);
    await page.getByLabel('Password').fill(PASSWORD);
    await press(page, 'Make the account');
    await page.getByText('Your account is made.').waitFor();
    await signIn(page, app.url, { email: `${name}@example.org`, password: PASSWORD });

    await page.getByRole('main').getByRole('link', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('billing worker');
    await page.getByLabel('write', { exact: false }).first().check();
    await press(page, 'Make the key');
    const first = await secretOn(page);
    expect(await use(first)).toBe(200);
    await page.getByText('Python').click();
    await page.getByText('import requests').waitFor();
    expect(await page.getByText('process.env.AKM_KEY').isVisible()).toBe(false);
    await page.reload();
    await page.getByText('This secret cannot be shown').waitFor();

    await follow(page, 'Back to the key');
    await follow(page, 'Rotate');
    await page.getByLabel('6 hours').check();
    await press(page, 'Rotate');
    const second = await secretOn(page);
    expect([await use(first), await use(second)]).toEqual([200, 200]);
    await app.ingest();
    await follow(page, 'I have saved it');
    await page.getByText('is still used by:').waitFor();
    app.clock.advance(6 * 3_600_000);
    expect([await use(first), await use(second)]).toEqual([401, 200]);
    await page.reload();
    expect(await page.getByText('Retiring').count()).toBe(0);

    await press(page, 'Disable');
    await page.getByText('The key is disabled').waitFor();
    expect(await use(second)).toBe(401);
    await press(page, 'Enable');
    await follow(page, 'Revoke');
    await press(page, 'Revoke for good');
    await page.getByText('The key is revoked.').waitFor();
    expect(await use(second)).toBe(401);
    await press(page, 'Sign out');
    await page.getByText('You are signed out.').waitFor();
    expect(complaints.all).toEqual([]);
    await context.close();
  });

  it('with the keyboard alone', async () => {
    const person: Person = await app.person();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${app.url}/login`);
    await tabTo(page, 'email');
    await page.keyboard.type(person.email);
    await tabTo(page, 'password');
    await page.keyboard.type(person.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/dashboard');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'New key');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/new');
    await tabTo(page, 'name');
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/secret');
    expect(await use(await secretOn(page))).toBe(200);
    await tabTo(page, 'I have saved it');
    await page.keyboard.press('Enter');
    await page.waitForURL(/keys\/[0-9a-f-]+$/);
    await tabTo(page, 'Revoke');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/revoke');
    await tabTo(page, 'Revoke for good');
    await page.keyboard.press('Enter');
    await page.getByText('The key is revoked.').waitFor();
    await context.close();
  });

  it('a copy button takes the secret along', async () => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await signIn(page, app.url, await app.person());
    await page.goto(`${app.url}/dashboard/keys/new`);
    await page.getByLabel('Name').fill('to be copied');
    await press(page, 'Make the key');
    await page.getByRole('button', { name: 'Copy the secret' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await secretOn(page));
    await context.close();
  });

  it('somebody who is demoted meanwhile sees the next page as what they are then', async () => {
    const [admin, person] = [await app.person('admin'), await app.person()];
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page, app.url, person);
    await page.goto(`${app.url}/dashboard/keys/new`);
    await page.getByLabel('Name').fill('too late');
    const body = { role: 'readonly' };
    await app.call('PUT', `/api/v1/auth/users/${person.id}/role`, { as: admin.token, body });
    await press(page, 'Make the key');
    await page.getByRole('heading', { name: 'Forbidden' }).or(page.getByText('Error 403')).first().waitFor();
    await page.goto(`${app.url}/dashboard/keys`);
    expect(await page.getByRole('link', { name: 'New key' }).count()).toBe(0);
    await context.close();
  });
});

/** Presses Tab until what has the focus is called so: by its name, or by what stands on it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 80; n++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${name}`);
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('name') ?? element?.textContent.trim() ?? '';
  });
}
