import type { Page } from 'playwright-core';
import { LogVerification } from '../../apps/api/src/audit/log-verification.js';
import type { Scene, Visitor } from './scene.js';

/** A page of the console in one of its states, and how somebody gets there. */
export interface ConsolePage {
  /** Also of its picture in docs/console. */
  readonly name: string;
  /** Who looks at it; null: somebody who has not signed in. */
  readonly as: Visitor | null;
  readonly open: (page: Page, scene: Scene) => Promise<void>;
}

export const PAGES: readonly ConsolePage[] = [
  { name: 'landing', as: null, open: at('/') },
  { name: 'sign-in', as: null, open: at('/login') },
  { name: 'sign-in-refused', as: null, open: refusedSignIn },
  { name: 'registration', as: null, open: at('/register') },
  { name: 'dashboard', as: 'developer', open: at('/dashboard') },
  { name: 'dashboard-first-visit', as: 'newcomer', open: at('/dashboard') },
  { name: 'keys', as: 'developer', open: at('/dashboard/keys') },
  { name: 'keys-none-yet', as: 'newcomer', open: at('/dashboard/keys') },
  { name: 'keys-none-found', as: 'developer', open: at('/dashboard/keys?q=nothing+like+it') },
  { name: 'key', as: 'developer', open: ofKey('billing worker') },
  { name: 'key-revoked', as: 'developer', open: ofKey('leaked in a log', '?period=month') },
  { name: 'key-new', as: 'developer', open: newKeyWithMore },
  { name: 'key-new-refused', as: 'developer', open: refusedKey },
  { name: 'key-secret', as: 'newcomer', open: newSecret },
  { name: 'key-secret-gone', as: 'developer', open: ofKey('reports', '/secret') },
  { name: 'key-edit', as: 'developer', open: ofKey('billing worker', '/edit') },
  { name: 'key-rotate', as: 'developer', open: ofKey('billing worker', '/rotate') },
  { name: 'key-revoke', as: 'developer', open: ofKey('web shop', '/revoke') },
  { name: 'keys-revoke', as: 'developer', open: ofTwo('/dashboard/keys/revoke') },
  { name: 'keys-rotate', as: 'developer', open: ofTwo('/dashboard/keys/rotate') },
  { name: 'keys-secrets', as: 'newcomer', open: newSecrets },
  { name: 'key-secret-meta', as: 'developer', open: secretMeta },
  { name: 'profile', as: 'developer', open: at('/dashboard/profile') },
  { name: 'log', as: 'admin', open: at('/dashboard/logs?action=api_key_created') },
  { name: 'log-refused', as: 'admin', open: at('/dashboard/logs?start_date=yesterday&ip=home') },
  { name: 'log-none-found', as: 'admin', open: at('/dashboard/logs?q=nothing+like+it') },
  { name: 'log-entry', as: 'developer', open: firstOf('/dashboard/logs?action=api_key_rotated') },
  { name: 'log-integrity', as: 'admin', open: at('/dashboard/logs/integrity') },
  { name: 'log-verification', as: 'admin', open: at('/dashboard/logs/verification') },
  { name: 'log-verifying', as: 'admin', open: unfinishedVerification },
  { name: 'why', as: 'developer', open: at('/dashboard/why?request_id=0198f0c4-3333-7a31-9d2f-1c2b3a4d5e6f') },
  { name: 'alerts', as: 'developer', open: at('/dashboard/alerts') },
  { name: 'alert', as: 'developer', open: firstOf('/dashboard/alerts') },
  { name: 'alerts-none-yet', as: 'newcomer', open: at('/dashboard/alerts') },
  { name: 'responses', as: 'admin', open: at('/dashboard/alerts/responses') },
  { name: 'advice', as: 'developer', open: at('/dashboard/insights') },
  { name: 'webhooks-none-yet', as: 'newcomer', open: at('/dashboard/webhooks') },
  { name: 'webhook-new', as: 'admin', open: at('/dashboard/webhooks/new') },
  { name: 'webhook-secret', as: 'admin', open: newEndpoint },
  { name: 'webhooks', as: 'admin', open: at('/dashboard/webhooks') },
  { name: 'webhook', as: 'admin', open: firstOf('/dashboard/webhooks') },
  { name: 'webhook-edit', as: 'admin', open: firstOf('/dashboard/webhooks', '/edit') },
  { name: 'webhook-change-secret', as: 'admin', open: firstOf('/dashboard/webhooks', '/change-secret') },
  { name: 'webhook-delete', as: 'admin', open: firstOf('/dashboard/webhooks', '/delete') },
  { name: 'people', as: 'admin', open: at('/dashboard/people') },
  { name: 'person-new', as: 'admin', open: at('/dashboard/people/new') },
  { name: 'person', as: 'admin', open: firstOf('/dashboard/people') },
  { name: 'person-password', as: 'admin', open: newPerson },
  { name: 'server', as: 'admin', open: at('/dashboard/jobs') },
  { name: 'not-found', as: 'developer', open: at('/dashboard/nothing') },
];

function at(path: string): ConsolePage['open'] {
  return async (page, { url }) => {
    await page.goto(url + path);
  };
}

function ofKey(name: string, rest = ''): ConsolePage['open'] {
  return (page, scene) => at(`/dashboard/keys/${scene.keys.get(name) ?? ''}${rest}`)(page, scene);
}

/** The first thing of a list, or a page about it. */
function firstOf(path: string, rest?: string): ConsolePage['open'] {
  return async (page, scene) => {
    await at(path)(page, scene);
    await page.locator('tbody th a').first().click();
    await page.waitForURL(/[0-9a-f-]{36}$/);
    if (rest !== undefined) await page.goto(page.url() + rest);
  };
}

async function newPerson(page: Page, { url }: Scene): Promise<void> {
  await page.goto(`${url}/dashboard/people/new`);
  await page.getByLabel('E-mail address').fill('grace@example.org');
  await page.getByLabel('Username').fill('grace');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.waitForURL('**/password');
}

async function newEndpoint(page: Page, { url }: Scene): Promise<void> {
  await page.goto(`${url}/dashboard/webhooks/new`);
  await page.getByLabel('URL').fill('https://hooks.example.com/akm?team=platform');
  await page.getByRole('button', { name: 'Make the endpoint' }).click();
  await page.waitForURL('**/secret');
}

async function refusedSignIn(page: Page, { url }: Scene): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel('E-mail address').fill('nobody@example.org');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
}

async function refusedKey(page: Page, { url }: Scene): Promise<void> {
  await page.goto(`${url}/dashboard/keys/new`);
  await page.getByLabel('Name').fill('warehouse');
  await page.getByLabel('Addresses').fill('10.0.0.0/99');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('alert').waitFor();
}

async function newSecret(page: Page, { url }: Scene): Promise<void> {
  await page.goto(`${url}/dashboard/keys/new`);
  await page.getByLabel('Name').fill('warehouse');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.waitForURL('**/secret');
}

/** One of them is revoked. */
function ofTwo(path: string): ConsolePage['open'] {
  return async (page, { url, keys }) => {
    await page.goto(`${url}${path}?ids=${['reports', 'leaked in a log'].map((name) => keys.get(name)).join()}`);
  };
}

async function newKeyWithMore(page: Page, { url }: Scene): Promise<void> {
  await page.goto(`${url}/dashboard/keys/new`);
  await page.getByText('More', { exact: true }).click();
  await page.evaluate(() => {
    window.scrollTo(0, 0);
  });
}

async function newSecrets(page: Page, scene: Scene): Promise<void> {
  for (const name of ['warehouse', 'a worker with a rather long name']) {
    await page.goto(`${scene.url}/dashboard/keys/new`);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.waitForURL('**/secret');
  }
  await page.goto(`${scene.url}/dashboard/keys`);
  for (const tick of (await page.locator('tbody input[name="id"]').all()).slice(0, 2)) await tick.check();
  await page.getByRole('button', { name: 'Rotate…' }).click();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.waitForURL('**/rotated**');
}

async function secretMeta(page: Page, scene: Scene): Promise<void> {
  await ofKey('billing worker')(page, scene);
  await page.getByRole('button', { name: 'Show it, which is logged' }).click();
  await page.waitForURL('**/secret-meta');
}

/** A log that is as long as one can be. The reading of it goes on until the application ends. */
async function unfinishedVerification(page: Page, { url }: Scene): Promise<void> {
  jest.spyOn(LogVerification.prototype, 'run').mockImplementationOnce((tell) => {
    tell?.(4_210_688, 10_000_000);
    return new Promise(() => undefined);
  });
  await page.goto(`${url}/dashboard/logs/verification`);
  // It would look again by itself while it is looked at here.
  await page.route('**/verification?since=*', (route) => route.fulfill({ status: 204 }));
}
