import { Browser } from '../../support/browser.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
const COOKIE = '__Host-akm';

async function signedIn(role: 'readonly' | 'developer' | 'admin' = 'developer') {
  const person = await app.person(role);
  return { person, browser: await new Browser(app.url).signIn(person) };
}

const isOut = { status: 303, location: '/login?next=%2Fdashboard' };

describe('signing in', () => {
  it('makes a session that is listed like any other', async () => {
    const { person } = await signedIn();
    const { body } = await app.call<{ items: unknown[] }>('GET', '/api/v1/auth/sessions', { as: person.token });
    expect(body.items).toHaveLength(2);
  });

  it('gives the browser a cookie that it keeps from scripts, other sites and other hosts', async () => {
    const browser = new Browser(app.url);
    await browser.get('/login');
    const { email, password } = await app.person();
    const { headers, location } = await browser.submit('/login', { email, password });
    const cookie = headers.getSetCookie().find((set) => set.startsWith(`${COOKIE}=`));
    expect(cookie).toMatch(/^__Host-akm=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=604800$/);
    expect(location).toBe('/dashboard');
  });

  it('stores nothing the cookie could be made from', async () => {
    const { browser } = await signedIn();
    const rows: unknown[] = await app.dataSource.query(
      'SELECT s::text FROM sessions s UNION ALL SELECT r::text FROM refresh_tokens r',
    );
    const cookie = String(browser.cookies.get(COOKIE));
    expect(JSON.stringify(rows)).not.toContain(cookie);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(cookie).toString('hex'));
  });

  it('makes another cookie each time, and ends the session that was there before', async () => {
    const { person, browser } = await signedIn();
    const before = new Browser(app.url);
    before.cookies.set(COOKIE, String(browser.cookies.get(COOKIE)));
    await browser.signIn(person);
    expect(await browser.get('/dashboard')).toMatchObject({ status: 200 });
    expect(await before.get('/dashboard')).toMatchObject(isOut);
  });

  it('leads back to the page that was asked for, and never to another site', async () => {
    const { email, password } = await app.person();
    const next = async (to: string) => {
      const browser = new Browser(app.url);
      await browser.get(`/login?next=${encodeURIComponent(to)}`);
      return (await browser.submit('/login', { email, password })).location;
    };
    expect(await next('/dashboard/keys?q=a')).toBe('/dashboard/keys?q=a');
    for (const elsewhere of [
      'https://example.org',
      '//example.org',
      '/\\example.org',
      '/dashboard\r\nx: y',
      '/dashboardx',
    ])
      expect(await next(elsewhere)).toBe('/dashboard');
  });

  it('says at the form what was wrong, and shows the password to nobody', async () => {
    const { email } = await app.person();
    const browser = new Browser(app.url);
    await browser.get('/login');
    const shown = await browser.submit('/login', { email, password: 'not my passw0rd' });
    expect(shown).toMatchObject({ status: 401 });
    expect(shown.text).toContain(email);
    expect(shown.text).not.toContain('not my passw0rd');
  });
});

describe('a session of a browser', () => {
  it('opens no route of the API', async () => {
    const { browser } = await signedIn('admin');
    const cookie = `${COOKIE}=${String(browser.cookies.get(COOKIE))}`;
    for (const path of ['/api/v1/auth/me', '/api/v1/keys', '/api/v1/logs'])
      expect(await app.call('GET', path, { headers: { cookie } })).toMatchObject({ status: 401 });
    const body = { refresh_token: browser.cookies.get(COOKIE) };
    expect(await app.call('POST', '/api/v1/auth/refresh', { body })).toMatchObject({ status: 401 });
  });

  it('ends at the next page once it is ended at the API', async () => {
    const { person, browser } = await signedIn();
    const { body } = await app.call<{ items: { id: string; is_current: boolean }[] }>('GET', '/api/v1/auth/sessions', {
      as: person.token,
    });
    const session = body.items.find(({ is_current }) => !is_current);
    await app.call('DELETE', `/api/v1/auth/sessions/${String(session?.id)}`, { as: person.token });
    expect(await browser.get('/dashboard')).toMatchObject(isOut);
  });

  it('ends with a sign-out everywhere, and with the account', async () => {
    const admin = await app.person('admin');
    const { person, browser } = await signedIn();
    await app.call('POST', '/api/v1/auth/logout', { as: person.token });
    expect(await browser.get('/dashboard')).toMatchObject(isOut);
    const other = await signedIn();
    await app.call('POST', `/api/v1/auth/users/${other.person.id}/deactivate`, { as: admin.token });
    expect(await other.browser.get('/dashboard')).toMatchObject(isOut);
  });

  it('ends when nobody comes by for a week, and goes on as long as somebody does', async () => {
    const { browser } = await signedIn();
    app.clock.advance(6 * 86_400_000);
    expect(await browser.get('/dashboard')).toMatchObject({ status: 200 });
    app.clock.advance(6 * 86_400_000);
    expect(await browser.get('/dashboard')).toMatchObject({ status: 200 });
    app.clock.advance(7 * 86_400_000 + 1);
    expect(await browser.get('/dashboard')).toMatchObject(isOut);
  });

  it('ends with its sign-out, and others of the same person go on', async () => {
    const { person, browser } = await signedIn();
    const other = await new Browser(app.url).signIn(person);
    await browser.get('/dashboard');
    expect((await browser.submitAndFollow('/logout')).text).toContain('You are signed out.');
    expect(await browser.get('/dashboard')).toMatchObject(isOut);
    expect(await other.get('/dashboard')).toMatchObject({ status: 200 });
  });
});

describe('registering', () => {
  it('makes an account that can sign in', async () => {
    const browser = new Browser(app.url);
    await browser.get('/register');
    const person = { email: 'ada@example.org', password: 'SecurePass123!' };
    const shown = await browser.submitAndFollow('/register', { ...person, username: 'ada' });
    expect(shown.text).toContain('Your account is made.');
    await browser.signIn(person);
    expect(await browser.get('/dashboard')).toMatchObject({ status: 200 });
  });

  it('says at each field what is wrong with it, and keeps what was typed but the password', async () => {
    const browser = new Browser(app.url);
    await browser.get('/register');
    const shown = await browser.submit('/register', { email: 'grace', username: 'g h', password: 'weak-secret' });
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('E-mail address must be an e-mail address.');
    expect(shown.text).toContain('value="g h"');
    expect(shown.text).not.toContain('weak-secret');
  });
});
