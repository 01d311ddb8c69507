import type { Browser, Page } from 'playwright-core';
import { look } from '../e2e/anomaly/history.js';
import { type Person, type TestApp } from '../support/test-app.js';

/** A company as it could be, for the console to show. */
export interface Scene {
  readonly url: string;
  readonly people: Readonly<Record<Visitor, Person>>;
  /** Ids of keys, by their name. */
  readonly keys: ReadonlyMap<string, string>;
}

export const VISITORS = ['developer', 'newcomer', 'admin'] as const;
export type Visitor = (typeof VISITORS)[number];

/** Settings of the application that the scene needs: callers say where they come from. */
export const SCENE_ENV = { TRUST_PROXY: '127.0.0.1' };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Makes people and keys, and lets a day pass in which some of the keys are used. */
export async function setScene(app: TestApp): Promise<Scene> {
  const developer = await app.person();
  const dormant = await app.key(developer, { name: 'old export script', expires_in_days: 365, tags: ['legacy'] });
  app.clock.advance(120 * DAY_MS);
  const ada = await app.signedIn(developer);
  const made = new Map<string, { id: string; secret: string }>([['old export script', dormant]]);
  for (const { name, ...fields } of KEYS) made.set(name, await app.key(ada, { name, ...fields }));
  const key = (name: string) => made.get(name) ?? dormant;
  for (let hour = 0; hour < 24; hour++) {
    if (hour === 18)
      await app.call('POST', `/api/v1/keys/${key('billing worker').id}/rotate`, { as: ada.token, body: {} });
    await useKeys(app, hour, key);
    app.clock.advance(HOUR_MS);
  }
  const { token } = await app.signedIn(ada);
  await app.call('POST', `/api/v1/keys/${key('mobile app').id}/disable`, { as: token });
  await app.call('DELETE', `/api/v1/keys/${key('leaked in a log').id}`, { as: token });
  await app.call('GET', '/api/v1/protected/test', { key: key('leaked in a log').secret });
  await look(app);
  const people = { developer: ada, newcomer: await app.person(), admin: await app.person('admin') };
  return { url: app.url, people, keys: new Map([...made].map(([name, { id }]) => [name, id])) };
}

const KEYS = [
  {
    name: 'billing worker',
    description: 'Sends the invoices every night, and reminds whoever has not paid.',
    permissions: ['read', 'write', 'invoices.*', 'akm:keys:read'],
    allowed_ips: ['203.0.113.0/24', '2001:db8::/32'],
    expires_in_days: 90,
    tags: ['nightly', 'finance'],
    external_id: 'customer-42',
    meta: { plan: 'gold' },
    secret_meta: { crm_token: 'only for the owner' },
    credits: { remaining: 940, refill: { amount: 1000, interval: 'monthly' } },
    rotation: { every_days: 30, grace_hours: 24 },
  },
  { name: 'web shop', permissions: ['read', 'write'], rate_limit_per_minute: 4, expires_in_days: 5 },
  { name: 'reports', permissions: ['read'], environment: 'staging', tags: ['nightly'] },
  { name: 'mobile app', permissions: ['read'], environment: 'development', never_expires: true },
  { name: 'leaked in a log', permissions: ['read', 'write', 'delete'] },
];

async function useKeys(app: TestApp, hour: number, key: (name: string) => { secret: string }): Promise<void> {
  const busy = 2 + Math.round(5 * Math.sin((hour / 24) * Math.PI)) + (hour % 3);
  const use = (name: string, method: string, ip: string, agent: string) =>
    app.call(method, '/api/v1/protected/test', {
      key: key(name).secret,
      headers: { 'x-forwarded-for': ip, 'user-agent': agent },
    });
  for (let n = 0; n < busy; n++) {
    await use('billing worker', n % 3 === 0 ? 'POST' : 'GET', `203.0.113.${7 + (n % 2)}`, 'billing-worker/2.4');
    await use('web shop', 'GET', '198.51.100.20', 'shop/1.9 (node)');
  }
  if (hour % 5 === 0) await use('billing worker', 'GET', '192.0.2.99', 'curl/8.5.0');
  await use('reports', hour % 6 === 0 ? 'DELETE' : 'GET', '198.51.100.3', 'python-requests/2.32');
  await app.ingest();
}

/** A window of a browser of its own, signed in or not. */
export async function openWindow(browser: Browser, scene: Scene, as: Visitor | null): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  if (as !== null) await signIn(page, scene.url, scene.people[as]);
  return page;
}

export async function signIn(
  page: Page,
  url: string,
  { email, password }: Pick<Person, 'email' | 'password'>,
): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/dashboard');
}
