import { Browser, plain } from '../../support/browser.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let person: Person;
let browser: Browser;
beforeEach(async () => {
  person = await app.person();
  browser = await new Browser(app.url).signIn(person);
});

const text = async (path: string) => plain((await browser.get(path)).text);

describe('the list of keys', () => {
  it('says what a key is and how to make one when there is none', async () => {
    expect(await text('/dashboard/keys')).toContain('No keys yet');
    expect(await text('/dashboard')).toContain('Make the first key');
  });

  it('shows one’s own keys, and to admins everybody’s', async () => {
    await app.key(person, { name: 'mine' });
    await app.key(await app.person(), { name: 'not mine' });
    expect(await text('/dashboard/keys')).toMatch(/mine/);
    expect(await text('/dashboard/keys')).not.toContain('not mine');
    browser = await new Browser(app.url).signIn(await app.person('admin'));
    expect(await text('/dashboard/keys')).toContain('not mine');
  });

  it('is searched, filtered and sorted by its address, which can be handed on', async () => {
    await app.key(person, { name: 'billing', environment: 'staging', tags: ['nightly'] });
    await app.key(person, { name: 'reports' });
    expect(await text('/dashboard/keys?q=bill')).not.toContain('reports');
    expect(await text('/dashboard/keys?environment=staging&status_filter=active&q=')).not.toContain('reports');
    expect(await text('/dashboard/keys?tag=nightly')).not.toContain('reports');
    const sorted = await text('/dashboard/keys?sort=-name');
    expect(sorted.indexOf('reports')).toBeLessThan(sorted.indexOf('billing'));
    expect(await text('/dashboard/keys?q=nothing+like+it')).toContain('No key matches');
    expect(await browser.get('/dashboard/keys?sort=secret')).toMatchObject({ status: 422 });
  });

  it('is told in pages, which keep the filter', async () => {
    for (let n = 0; n < 26; n++) await app.key(person, { name: `key ${n}` });
    const first = await browser.get('/dashboard/keys?q=key');
    expect(plain(first.text)).toContain('1–25 of 26 keys');
    expect(first.text).toContain('href="/dashboard/keys?q=key&amp;page=2"');
    expect(await text('/dashboard/keys?q=key&page=2')).toContain('26–26 of 26 keys');
  });

  it('tells how each was used in the last day, what was refused apart', async () => {
    const { id, secret } = await app.key(person, { name: 'busy' });
    await app.key(person, { name: 'idle' });
    for (const method of ['GET', 'GET', 'DELETE']) await app.call(method, '/api/v1/protected/test', { key: secret });
    await app.ingest();
    const shown = await browser.get('/dashboard/keys');
    expect(plain(shown.text)).toMatch(/busy.*2\s*, 1 refused.*idle|idle.*busy.*2\s*, 1 refused/s);
    expect(shown.text.match(/class="spark"><svg/g)).toHaveLength(1);
    app.clock.advance(24 * 3_600_000);
    browser = await new Browser(app.url).signIn(person);
    expect(await text(`/dashboard/keys?q=busy`)).not.toContain('refused');
    expect(await text(`/dashboard/keys/${id}`)).toContain('busy');
  });

  it('lets a readonly person look, and offers nothing to change', async () => {
    const readonly = await app.person('readonly');
    browser = await new Browser(app.url).signIn(readonly);
    const shown = (await browser.get('/dashboard/keys')).text;
    expect(shown).not.toContain('/dashboard/keys/new');
  });
});

describe('ticked keys', () => {
  async function two() {
    return [await app.key(person, { name: 'one' }), await app.key(person, { name: 'two' })].map(({ id }) => id);
  }
  const statuses = async () => {
    const { body } = await app.call<{ items: { status: string }[] }>('GET', '/api/v1/keys', { as: person.token });
    return body.items.map(({ status }) => status);
  };

  it('are disabled and enabled at once', async () => {
    const id = await two();
    await browser.get('/dashboard/keys');
    const shown = await browser.submitAndFollow('/dashboard/keys/selected', { id, action: 'disable' });
    expect(plain(shown.text)).toContain('2 keys are disabled.');
    expect(await statuses()).toEqual(['disabled', 'disabled']);
    await browser.submitAndFollow('/dashboard/keys/selected', { id, action: 'enable' });
    expect(await statuses()).toEqual(['active', 'active']);
  });

  it('are revoked by whoever types how many, and by nobody else', async () => {
    const id = await two();
    await browser.get('/dashboard/keys');
    const asked = await browser.submitAndFollow('/dashboard/keys/selected', { id, action: 'revoke' });
    expect(plain(asked.text)).toContain('Revoke 2 keys?');
    expect(await browser.submit('/dashboard/keys/revoke', { id, confirmation: 'yes' })).toMatchObject({ status: 422 });
    expect(await statuses()).toEqual(['active', 'active']);
    await browser.submitAndFollow('/dashboard/keys/revoke', { id, confirmation: 'revoke 2 keys' });
    expect(await statuses()).toEqual(['revoked', 'revoked']);
  });

  it('are rotated at once, and all of their secrets are shown on one page that can be loaded once', async () => {
    const id = await two();
    await browser.get('/dashboard/keys');
    const asked = await browser.submitAndFollow('/dashboard/keys/selected', { id, action: 'rotate' });
    expect(plain(asked.text)).toContain('Rotate 2 keys');
    const { location } = await browser.submit('/dashboard/keys/rotate', { id, grace_period_hours: '24' });
    const { text: shown } = await browser.get(location);
    const secrets = [...shown.matchAll(/<code>(akm_\w{50,})<\/code>/g)].map(([, secret = '']) => secret);
    expect(secrets).toHaveLength(2);
    for (const secret of secrets)
      expect((await app.call('GET', '/api/v1/protected/test', { key: secret })).status).toBe(200);
    expect(await statuses()).toEqual(['rotating', 'rotating']);
    expect(await browser.get(location)).toMatchObject({ status: 410 });
  });

  it.each(['rotate', 'revoke'])(
    'that nobody has, or that it is too late for, are not offered to be changed: %s',
    async (action) => {
      const nobodys = await browser.get(`/dashboard/keys/${action}?ids=0198f0c4-3333-7a31-9d2f-1c2b3a4d5e6f`);
      expect(plain(nobodys.text)).toContain('None of these keys is there, or none is yours');
      const { id } = await app.key(person);
      await app.call('DELETE', `/api/v1/keys/${id}`, { as: person.token });
      const revoked = await browser.get(`/dashboard/keys/${action}?ids=${id}`);
      expect(plain(revoked.text)).toContain('Every one of these keys would be left as it is.');
      expect(revoked.text).not.toContain(`action="/dashboard/keys/${action}"`);
    },
  );

  it('are rotated once, however often that is sent, so that the secrets before go on to work', async () => {
    const { id, secret } = await app.key(person);
    await browser.get('/dashboard/keys');
    await browser.submitAndFollow('/dashboard/keys/selected', { id, action: 'rotate' });
    const send = () => browser.submit('/dashboard/keys/rotate', { id, grace_period_hours: '24' });
    await send();
    const { location } = await send();
    expect((await app.call('GET', '/api/v1/protected/test', { key: secret })).status).toBe(200);
    expect((await browser.get(location)).text).toMatch(/<code>akm_\w{50,}<\/code>/);
    const [row] = await app.dataSource.query<{ secrets: number }[]>(
      'SELECT count(*)::integer AS secrets FROM api_key_secrets WHERE key_id = $1',
      [id],
    );
    expect(row?.secrets).toBe(2);
  });

  it('are told one by one when they stay as they are', async () => {
    const id = await two();
    await app.call('DELETE', `/api/v1/keys/${String(id[0])}`, { as: person.token });
    await browser.get('/dashboard/keys');
    const shown = plain((await browser.submitAndFollow('/dashboard/keys/selected', { id, action: 'disable' })).text);
    expect(shown).toContain('1 key is disabled.');
    expect(shown).toContain('“one” was left as it was');
  });

  it('of somebody else are nobody’s', async () => {
    const { id } = await app.key(await app.person());
    await browser.get('/dashboard/keys');
    const shown = await browser.submitAndFollow('/dashboard/keys/selected', { id, action: 'revoke' });
    expect(plain(shown.text)).toContain('None of these keys is there, or none is yours');
  });
});
