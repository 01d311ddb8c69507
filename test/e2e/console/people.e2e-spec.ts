import { Browser, plain } from '../../support/browser.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
const PEOPLE = '/dashboard/people';
let admin: Person;
let browser: Browser;

beforeAll(async () => {
  admin = await app.person('admin');
  browser = await new Browser(app.url).signIn(admin);
});

describe('a new person', () => {
  it('gets a one-time password, which is shown once and signs in once', async () => {
    await browser.get(`${PEOPLE}/new`);
    const fields = { email: 'grace@example.org', username: 'grace', role: 'readonly' };
    const { location } = await browser.submit(`${PEOPLE}/new`, fields);
    const { text } = await browser.get(location);
    const password = /<code>([a-z0-9-]{20,})<\/code>/.exec(text)?.[1] ?? '';
    expect(await browser.get(location)).toMatchObject({ status: 410 });
    const login = await app.call('POST', '/api/v1/auth/login', { body: { email: fields.email, password } });
    expect(login.status).toBe(200);
    expect(plain((await browser.get(PEOPLE)).text)).toMatch(
      /grace\s+grace@example.org\s+readonly\s+Has a one-time password/,
    );
  });

  it('is one person, however often the form is sent', async () => {
    await browser.get(`${PEOPLE}/new`);
    const fields = { email: 'twice@example.org', username: 'twice', role: 'readonly' };
    const sent = await Promise.all([1, 2, 3].map(() => browser.submit(`${PEOPLE}/new`, fields)));
    const again = await browser.submit(`${PEOPLE}/new`, fields);
    const made = [...sent, again].filter(({ status }) => status === 303);
    expect(new Set(made.map(({ location }) => location)).size).toBe(1);
    const { text } = await browser.get(again.location);
    const password = /<code>([a-z0-9-]{20,})<\/code>/.exec(text)?.[1] ?? '';
    const login = await app.call('POST', '/api/v1/auth/login', { body: { email: fields.email, password } });
    expect(login.status).toBe(200);
  });

  it('is asked for again with what was wrong at its field', async () => {
    await browser.get(`${PEOPLE}/new`);
    const shown = await browser.submit(`${PEOPLE}/new`, { email: 'no', username: 'linus', role: 'developer' });
    expect(shown.status).toBe(422);
    expect(plain(shown.text)).toContain('E-mail address must be an e-mail address.');
    expect(shown.text).toContain('value="linus"');
  });
});

describe('a role', () => {
  it('that is changed bites at the next page of whoever has it', async () => {
    const other = await app.person('admin');
    const theirs = await new Browser(app.url).signIn(other);
    expect(await theirs.get(PEOPLE)).toMatchObject({ status: 200 });
    await browser.get(`${PEOPLE}/${other.id}`);
    const { text } = await browser.submitAndFollow(`${PEOPLE}/${other.id}/role`, { role: 'developer' });
    expect(plain(text)).toContain('is developer now.');
    expect(await theirs.get(PEOPLE)).toMatchObject({ status: 403 });
  });

  it('of the last administrator stays: it is said before, and to whoever asks all the same', async () => {
    const { text } = await browser.get(`${PEOPLE}/${admin.id}`);
    expect(plain(text)).toContain('is the only administrator who can sign in');
    expect(text).not.toContain('/deactivate');
    for (const [action, fields] of [
      ['role', { role: 'developer' }],
      ['deactivate', {}],
    ] as const) {
      const shown = await browser.submit(`${PEOPLE}/${admin.id}/${action}`, fields);
      expect(shown.status).toBe(409);
      expect(plain(shown.text)).toMatch(/administrator/);
    }
    expect(await browser.get(PEOPLE)).toMatchObject({ status: 200 });
  });
});

describe('a session of somebody else', () => {
  it('is seen and ended by an admin, at once, and the log says by whom', async () => {
    const other = await app.person();
    const theirs = await new Browser(app.url).signIn(other);
    const path = `${PEOPLE}/${other.id}`;
    const shown = await browser.get(path);
    expect(plain(shown.text)).toContain('127.0.0.1');
    const ends = [...shown.text.matchAll(/action="([^"]*\/sessions\/[0-9a-f-]{36}\/end)"/g)].map(([, at = '']) => at);
    for (const end of ends) await browser.submitAndFollow(end);
    expect(await theirs.get('/dashboard')).toMatchObject({ status: 303 });
    expect(plain((await browser.get(path)).text)).toContain('They are signed in nowhere.');
    const [entry] = await app.dataSource.query<object[]>(
      `SELECT user_id, metadata FROM audit_log WHERE action = 'session_ended' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry).toMatchObject({ user_id: admin.id, metadata: { target_user_id: other.id } });
  });

  it('is not ended when it is the one that the admin is in', async () => {
    await browser.get(`${PEOPLE}/${admin.id}`);
    const [row] = await app.dataSource.query<{ id: string }[]>(
      'SELECT id FROM sessions WHERE user_id = $1 AND cookie_digest IS NOT NULL',
      [admin.id],
    );
    const path = `${PEOPLE}/${admin.id}/sessions/${row?.id ?? ''}/end`;
    expect(await browser.submit(path)).toMatchObject({ status: 409 });
    expect(await browser.get(PEOPLE)).toMatchObject({ status: 200 });
  });
});

describe('somebody who is shut out', () => {
  it('has no session any more, and none before they are let in again', async () => {
    const other = await app.person();
    const theirs = await new Browser(app.url).signIn(other);
    const path = `${PEOPLE}/${other.id}`;
    await browser.get(path);
    const { text } = await browser.submitAndFollow(`${path}/deactivate`);
    expect(plain(text)).toContain('Deactivated');
    expect(await theirs.get('/dashboard')).toMatchObject({ status: 303 });
    await browser.submitAndFollow(`${path}/activate`);
    await theirs.signIn(other);
    expect(await theirs.get('/dashboard')).toMatchObject({ status: 200 });
  });
});
