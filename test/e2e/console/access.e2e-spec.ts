import { type Role, ROLES } from '../../../apps/api/src/access/role.js';
import { Browser, type Shown } from '../../support/browser.js';
import { startListeningToRoutes } from '../../support/served-routes.js';
import type { TestApp } from '../../support/test-app.js';
import { PAGE_POLICY, PAGES } from './page-policy.js';

let app: TestApp;
let routes: readonly string[];
const browsers = new Map<string, Browser>();

beforeAll(async () => {
  ({ app, routes } = await startListeningToRoutes());
  for (const role of ROLES) browsers.set(role, await new Browser(app.url).signIn(await app.person(role)));
});
afterAll(() => app.stop());

const NOBODYS = '01920000-0000-7000-8000-000000000000';
const guarded = Object.entries(PAGE_POLICY).filter(([, who]) => who !== 'anybody');

function ask(browser: Browser, route: string, headers: Record<string, string> = {}): Promise<Shown> {
  const [method, path = ''] = route.replace(/\{\w+\}|\*/g, NOBODYS).split(' ');
  return method === 'GET' ? browser.get(path, headers) : browser.submit(path, {}, headers);
}

describe('the pages', () => {
  it('each have a line that says whom they are for, and no line is for a page that is not there', () => {
    expect(routes.filter((route) => PAGES.test(route)).sort()).toEqual(Object.keys(PAGE_POLICY).sort());
  });
});

describe.each(guarded)('%s', (route, least) => {
  it('is shown to nobody who has not signed in with this browser, whatever else they show', async () => {
    const developer = await app.person('admin');
    const { secret } = await app.key(developer, { permissions: ['akm:*'] });
    for (const headers of [{}, { authorization: `Bearer ${developer.token}` }, { 'x-api-key': secret }]) {
      const stranger = new Browser(app.url);
      await stranger.get('/login');
      const shown = await ask(stranger, route, headers as Record<string, string>);
      expect([shown.status, shown.location.replace(/\?.*/, '')]).toEqual([303, '/login']);
    }
  });

  it('is refused to those whose role is less, and to nobody else', async () => {
    const refused: string[] = [];
    for (const [role, browser] of browsers) {
      await browser.get('/dashboard');
      if ((await ask(browser, route)).status === 403) refused.push(role);
      if (route === 'POST /logout') await browser.signIn(await app.person(role as Role));
    }
    expect(refused).toEqual(ROLES.slice(0, ROLES.indexOf(least as Role)));
  });
});

describe.each(guarded.filter(([route]) => route.startsWith('POST')))('%s', (route) => {
  it('is not taken without the token of a form of ours, whoever sends it', async () => {
    const browser = await new Browser(app.url).signIn(await app.person('admin'));
    const path = route.replace(/^POST /, '').replace(/\{\w+\}/g, NOBODYS);
    expect(await browser.submit(path, { form_token: '' })).toMatchObject({ status: 403 });
  });
});
