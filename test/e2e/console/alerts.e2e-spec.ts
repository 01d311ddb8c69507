import { v7 as uuidv7 } from 'uuid';
import { Browser, plain } from '../../support/browser.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { BEHIND_A_PROXY, ELSEWHERE, live, look, use } from '../anomaly/history.js';
import { steal, switchOn } from '../anomaly/theft.js';

const app = TestApp.forTests({ ...BEHIND_A_PROXY });
const ALERTS = '/dashboard/alerts';
let owner: Person;
let browser: Browser;

beforeAll(async () => {
  owner = await app.person();
  browser = await new Browser(app.url).signIn(owner);
});

/** A key that was revoked and is used all the same: its id, and where its alert is. */
async function replayed(): Promise<{ id: string; path: string }> {
  const { id, secret } = await app.key(owner, { name: 'worker' });
  await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
  await use(app, secret, ELSEWHERE);
  await look(app);
  const { text } = await browser.get(`${ALERTS}?api_key_id=${id}`);
  return { id, path: /href="(\/dashboard\/alerts\/[0-9a-f-]{36})"/.exec(text)?.[1] ?? '' };
}

describe('alerts', () => {
  it('say where there are none what would be here', async () => {
    const { text } = await (await new Browser(app.url).signIn(await app.person())).get(ALERTS);
    expect(plain(text)).toContain('Nothing out of the ordinary');
  });

  it('say what they would not tell of', async () => {
    expect(plain((await browser.get(ALERTS)).text)).toContain(
      'grows slowly or comes at odd hours is hardly ever noticed',
    );
  });

  it('show what was seen, what is typical and since when', async () => {
    const { path, id } = await replayed();
    const { text } = await browser.get(path);
    for (const told of ['Retired secret used', 'What it rests on', 'Typical', 'How rare', 'worker'])
      expect(plain(text)).toContain(told);
    expect(text).toContain(`/dashboard/logs?api_key_id=${id}`);
  });

  it.each([
    ['resolve', {}, 'The alert is resolved.'],
    ['mute', { days: '90' }, 'for 90 days.'],
    ['confirm', {}, 'is not counted as a habit'],
  ])('are answered: %s', async (verb, fields, notice) => {
    const { path, id } = await replayed();
    await browser.get(path);
    expect(plain((await browser.submitAndFollow(`${path}/${verb}`, fields)).text)).toContain(notice);
    const open = await browser.get(`${ALERTS}?resolved=false&api_key_id=${id}`);
    expect(plain(open.text).includes('No alert matches')).toBe(verb !== 'confirm');
  });

  it('about the keys of others are not there', async () => {
    const { path } = await replayed();
    const stranger = await new Browser(app.url).signIn(await app.person());
    expect(await stranger.get(path)).toMatchObject({ status: 404 });
    await stranger.get('/dashboard');
    expect(await stranger.submit(`${path}/resolve`)).toMatchObject({ status: 404 });
  });
});

describe('advice', () => {
  it('names the keys it is about, and leads to the page that does it', async () => {
    await app.key(owner, { name: 'may everything', permissions: ['admin'], never_expires: true });
    app.clock.advance(120 * 86_400_000);
    const later = await new Browser(app.url).signIn(owner);
    const { status, text } = await later.get('/dashboard/insights');
    expect(status).toBe(200);
    expect(text).toContain('may everything');
    expect(text).toMatch(/href="\/dashboard\/keys\/[0-9a-f-]{36}\/(rotate|edit|revoke)"/);
  });
});

describe('why a request was refused', () => {
  it('is explained by its id, and only to those whose key it was', async () => {
    const { secret } = await app.key(await app.signedIn(owner), { name: 'reader', permissions: ['read'] });
    const later = await new Browser(app.url).signIn(owner);
    // As akm makes them, but of the time that the test is in.
    const id = uuidv7({ msecs: app.clock.now() });
    await app.call('DELETE', '/api/v1/protected/test', { key: secret, headers: { 'x-request-id': id } });
    await app.ingest();
    const why = `/dashboard/why?request_id=${id}`;
    const text = plain((await later.get(why)).text);
    expect(text).toContain('INSUFFICIENT_PERMISSIONS');
    expect(text).toContain('What would have to be different');
    const stranger = await new Browser(app.url).signIn(await app.person());
    expect(plain((await stranger.get(why)).text)).toContain('Nothing is on record under this id');
  });

  it('is asked for by a form that says what is wrong with what was typed', async () => {
    const shown = await browser.get('/dashboard/why?request_id=x&at=tomorrow');
    expect([shown.status, shown.location.replace(/\?.*/, '')]).toEqual([303, '/login']);
    const later = await new Browser(app.url).signIn(owner);
    const { status, text } = await later.get('/dashboard/why?request_id=x&at=tomorrow');
    expect(status).toBe(422);
    expect(plain(text)).toContain('must be a time such as');
    expect(plain((await later.get('/dashboard/why?request_id=%2F')).text)).toContain('Nothing is on record');
  });
});

describe('what is done about alerts', () => {
  it('is begun with a dry run on a page for admins, which says what else is refused', async () => {
    const admin = await new Browser(app.url).signIn(await app.person('admin'));
    const shown = await admin.get(`${ALERTS}/responses`);
    expect(plain(shown.text)).toContain('Nobody has switched it on');
    const reactions = { medium: 'throttle', high: 'throttle', critical: 'suspend' };
    const refused = await admin.submit(`${ALERTS}/responses`, { ...reactions, mode: 'act' });
    expect([refused.status, plain(refused.text).includes('must be dry_run for a while')]).toEqual([422, true]);
    const accepted = await admin.submitAndFollow(`${ALERTS}/responses`, { ...reactions, mode: 'dry_run' });
    expect(plain(accepted.text)).toContain('It is so from now on.');
    expect(accepted.text).toMatch(/value="dry_run" checked/);
  });

  it('is said where the alert is, and undone by one click', async () => {
    const person = await app.person();
    await app.key(person);
    const { id, secret } = await app.key(person, { name: 'stolen', never_expires: true });
    await live(app, secret, 6);
    await switchOn(app, await app.person('admin'));
    await steal(app, secret);
    const later = await new Browser(app.url).signIn(person);
    expect(plain((await later.get(ALERTS)).text)).toContain('Suspended');
    const key = await later.get(`/dashboard/keys/${id}`);
    const path = /href="(\/dashboard\/alerts\/[0-9a-f-]{36})">Suspended because/.exec(key.text)?.[1] ?? '';
    expect(plain((await later.get(path)).text)).toContain('The key is disabled, and every use of it is refused.');
    expect(plain(key.text)).toMatch(/Suspended\s+by akm itself, because of\s+the alert/);
    const dashboard = plain((await later.get('/dashboard')).text);
    expect(dashboard).toMatch(/Suspended because of an alert: 1 key\s+stolen/);
    expect(dashboard).toMatch(/Open: \d alerts?/);
    const entries = await later.get(`/dashboard/logs?action=api_key_suspended&api_key_id=${id}`);
    expect(plain(entries.text)).toContain('akm itself');
    const [, other = ''] =
      new RegExp(`href="(${ALERTS}/(?!${path.slice(-36)})[0-9a-f-]{36})"`).exec((await later.get(ALERTS)).text) ?? [];
    expect(plain((await later.get(other)).text)).toMatch(/suspended already, because of\s+another alert/);
    const undone = await later.submitAndFollow(`${path}/undo`);
    expect(plain(undone.text)).toContain('It is undone: the key works as before.');
    expect(plain(undone.text)).toContain('The key was disabled, and every use of it refused until then.');
    expect(undone.text).not.toContain(`${path}/undo`);
    expect((await use(app, secret, ELSEWHERE)).status).toBe(200);
  });
});

describe('advice to allow less', () => {
  it('is taken by one click, and gives nothing back that is gone', async () => {
    const person = await app.person();
    const key = await app.key(person, { permissions: ['read', 'write'], expires_in_days: 365 });
    await use(app, key.secret, ELSEWHERE);
    await app.ingest();
    app.clock.advance(30 * 86_400_000);
    const later = await new Browser(app.url).signIn(person);
    const { text } = await later.get('/dashboard/insights?kind=unused_permissions');
    expect(text).toContain(`/dashboard/insights/${key.id}/narrow`);
    const done = await later.submitAndFollow(`/dashboard/insights/${key.id}/narrow`, { permissions: 'read' });
    expect(plain(done.text)).toContain('may do less now');
    expect((await use(app, key.secret, ELSEWHERE)).status).toBe(200);
    expect((await use(app, key.secret, ELSEWHERE, 'POST')).status).toBe(403);
    await later.get('/dashboard/insights');
    const stale = await later.submit(`/dashboard/insights/${key.id}/narrow`, { permissions: 'write' });
    expect(stale.status).toBe(409);
  });
});
