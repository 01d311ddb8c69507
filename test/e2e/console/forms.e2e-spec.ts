import { Browser } from '../../support/browser.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();

describe('a form', () => {
  let browser: Browser;
  beforeEach(async () => {
    browser = await new Browser(app.url).signIn(await app.person());
    await browser.get('/dashboard');
  });
  const isRefused = { status: 403 };

  it.each([
    ['without its token', { form_token: '' }],
    ['with another token', { form_token: 'A'.repeat(43) }],
  ])('is not taken %s', async (_, fields) => {
    expect(await browser.submit('/logout', fields)).toMatchObject(isRefused);
    expect(await browser.get('/dashboard')).toMatchObject({ status: 200 });
  });

  it('is not taken with the token of another browser', async () => {
    const other = await new Browser(app.url).signIn(await app.person());
    const { text } = await other.get('/dashboard');
    const token = /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(await browser.submit('/logout', { form_token: token })).toMatchObject(isRefused);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['another origin, by a browser that says no more', { origin: 'https://example.org' }],
    ['an origin that is told to nobody', { origin: 'null' }],
  ])('is not taken from %s', async (_, headers) => {
    expect(await browser.submit('/logout', {}, headers as Record<string, string>)).toMatchObject(isRefused);
  });

  it('is taken from a page of ours, by whichever header the browser says so', async () => {
    expect(await browser.submit('/logout', {}, { 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 303 });
  });

  it('is not taken from before the browser signed in', async () => {
    const person = await app.person();
    const visitor = new Browser(app.url);
    const { text } = await visitor.get('/login');
    const token = /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    await visitor.signIn(person);
    expect(await visitor.submit('/logout', { form_token: token })).toMatchObject(isRefused);
  });

  it('is read as a form only: JSON and others bring no token', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await browser.submit('/logout', {}, json)).status).toBeGreaterThanOrEqual(400);
    expect(await browser.submit('/logout', {}, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });

  it('is read nowhere but on pages', async () => {
    for (const path of ['/api/v1/auth/login', '/api/v1/keys', '/api/v1/verify'])
      expect(await browser.submit(path, { email: 'a', password: 'b' })).toMatchObject({ status: 415 });
  });
});

describe('signing in', () => {
  const app = TestApp.forTests({ SIGN_IN_LIMIT_PER_MINUTE: '2' });

  it('is limited with the sign-ins of the API, and says for how long', async () => {
    const browser = new Browser(app.url);
    await browser.get('/login');
    const guess = () => browser.submit('/login', { email: 'ada@example.org', password: 'a guess' });
    expect(await guess()).toMatchObject({ status: 401 });
    await app.call('POST', '/api/v1/auth/login', { body: { email: 'ada@example.org', password: 'a guess' } });
    const shown = await guess();
    expect(shown.status).toBe(429);
    expect(shown.text).toMatch(/Try again in \d+ seconds/);
  });
});

describe('registration that is closed', () => {
  const app = TestApp.forTests({ REGISTRATION: 'closed' });

  it('has no page, and nothing that leads to it', async () => {
    const browser = new Browser(app.url);
    expect(await browser.get('/register')).toMatchObject({ status: 403 });
    for (const path of ['/', '/login']) expect((await browser.get(path)).text).not.toContain('/register');
  });
});
