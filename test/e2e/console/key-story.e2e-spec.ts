import { Browser, plain } from '../../support/browser.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let person: Person;
let browser: Browser;
beforeEach(async () => {
  person = await app.person();
  browser = await new Browser(app.url).signIn(person);
});

const SECRET = /akm_(?:live|stg|dev)_[A-Za-z0-9]{49}/;
const FILLED = { name: 'billing', permissions: ['read', 'write'], scopes: 'invoices.send\n', expires: '30' };

/** Fills in the form of a new key and loads the page that shows its secret. */
async function make(fields: Record<string, string | string[]> = {}) {
  await browser.get('/dashboard/keys/new');
  const shown = await browser.submitAndFollow('/dashboard/keys/new', { ...FILLED, ...fields });
  const secret = SECRET.exec(shown.text)?.[0] ?? '';
  const id = /\/dashboard\/keys\/([0-9a-f-]{36})"/.exec(shown.text)?.[1] ?? '';
  return { shown, secret, id, path: `/dashboard/keys/${id}` };
}

const use = async (secret: string) => (await app.call('GET', '/api/v1/protected/test', { key: secret })).status;

describe('a new key', () => {
  it('is what was filled in, and works', async () => {
    const { id, secret } = await make({
      allowed_ips: '127.0.0.1\n10.0.0.0/8',
      tags: 'nightly',
      meta: '{"plan":"gold"}',
    });
    expect(await use(secret)).toBe(200);
    expect((await app.call('GET', `/api/v1/keys/${id}`, { as: person.token })).body).toMatchObject({
      name: 'billing',
      permissions: ['read', 'write', 'invoices.send'],
      allowed_ips: ['127.0.0.1', '10.0.0.0/8'],
      tags: ['nightly'],
      meta: { plan: 'gold' },
      rate_limit_per_minute: 60,
      rotation: null,
    });
  });

  it('shows its secret once: not when the page is loaded again, nor in another browser', async () => {
    const { shown, secret, path } = await make();
    expect(shown.headers.get('cache-control')).toBe('no-store');
    const again = await browser.get(`${path}/secret`);
    expect(again.status).toBe(410);
    expect(again.text).not.toContain(secret);
  });

  it('shows it to nobody who only asks for the headers, and not to two who ask at once', async () => {
    await browser.get('/dashboard/keys/new');
    const { location } = await browser.submit('/dashboard/keys/new', FILLED);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    expect((await app.call('HEAD', location, { headers: { cookie } })).status).toBe(410);
    const shown = await Promise.all(
      Array.from({ length: 8 }, () => app.call('GET', location, { headers: { cookie } })),
    );
    expect(shown.filter(({ text }) => SECRET.test(text))).toHaveLength(1);
  });

  it('is one key, however often its form is sent', async () => {
    await browser.get('/dashboard/keys/new');
    const sent = await Promise.all([1, 2, 3].map(() => browser.submit('/dashboard/keys/new', FILLED)));
    const locations = new Set(sent.filter(({ status }) => status === 303).map(({ location }) => location));
    expect(locations.size).toBe(1);
    const { body } = await app.call('GET', '/api/v1/keys', { as: person.token });
    expect(body).toMatchObject({ total: 1 });
  });

  it('keeps its secret out of every other page, of the log and of every cookie', async () => {
    const { secret, path } = await make();
    for (const page of ['/dashboard', '/dashboard/keys', path, `${path}/edit`, `${path}/rotate`])
      expect((await browser.get(page)).text).not.toContain(secret);
    expect([...browser.cookies.values()].join()).not.toContain(secret);
    const rows: unknown[] = await app.dataSource.query('SELECT a::text FROM audit_log a');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('comes back with what is wrong at each field, and with what was filled in', async () => {
    await browser.get('/dashboard/keys/new');
    const shown = await browser.submit('/dashboard/keys/new', {
      ...FILLED,
      name: '',
      allowed_ips: '10.0.0.0/99',
      meta: '{"plan":',
    });
    expect(shown.status).toBe(422);
    expect(plain(shown.text)).toContain('Meta must be a JSON object');
    const mended = await browser.submit('/dashboard/keys/new', { ...FILLED, name: '', allowed_ips: '10.0.0.0/99' });
    expect(plain(mended.text)).toMatch(/2 fields need another look|3 fields need another look/);
    expect(mended.text).toContain('10.0.0.0/99');
    expect(mended.text).toContain('aria-invalid');
  });
});

describe('the page of a key', () => {
  it('says what it may do, within which bounds, and what was done to it', async () => {
    const { path } = await make({ allowed_ips: '10.0.0.0/8', rate_limit_per_minute: '7' });
    const text = plain((await browser.get(path)).text);
    for (const said of [
      'billing',
      'Active',
      'invoices.send',
      '10.0.0.0/8',
      '7 a minute',
      'Created',
      'Nothing happened',
    ])
      expect(text).toContain(said);
  });

  it('counts its requests, and says from where they came and why some were refused', async () => {
    const { secret, path } = await make({ permissions: 'read' });
    await use(secret);
    await app.call('DELETE', '/api/v1/protected/test', { key: secret });
    await app.ingest();
    const text = plain((await browser.get(path)).text);
    expect(text).toMatch(/Admitted\s+1/);
    expect(text).toContain('INSUFFICIENT_PERMISSIONS');
    expect(text).toContain('127.0.0.1');
  });

  it.each(['day', 'week', 'month', 'nonsense'])('shows a %s of it', async (period) => {
    const { path } = await make();
    expect(await browser.get(`${path}?period=${period}`)).toMatchObject({ status: 200 });
  });

  it('is not there for somebody else, in the same words as if it were nobody’s', async () => {
    const { path } = await make();
    const other = await new Browser(app.url).signIn(await app.person());
    const words = async (page: string) => plain((await other.get(page)).text).replace(/Request\s+\S+/, '');
    for (const page of ['', '/edit', '/rotate', '/revoke']) {
      const missing = path.replace(/.{4}$/, '0000');
      expect(await other.get(path + page)).toMatchObject({ status: 404 });
      expect(await words(path + page)).toBe(await words(missing + page));
    }
  });
});

describe('what is kept beside a key', () => {
  const CREDITS = { has_credits: 'counted', 'credits.remaining': '3', 'credits.refill.interval': 'monthly' };

  it('is counted down by its uses, and stays as it is when the key is changed', async () => {
    const { id, path, secret } = await make({ ...CREDITS, 'credits.refill.amount': '1000' });
    expect(await use(secret)).toBe(200);
    expect(plain((await browser.get(path)).text)).toContain('2 left, filled up to 1,000 every month');
    await browser.get(`${path}/edit`);
    await browser.submitAndFollow(`${path}/edit`, { ...FILLED, expires: 'keep', has_credits: 'keep' });
    const { body } = await app.call('GET', `/api/v1/keys/${id}`, { as: person.token });
    expect(body).toMatchObject({ credits: { remaining: 2, refill: { amount: 1000, interval: 'monthly' } } });
  });

  it('comes back with what is wrong at it', async () => {
    await browser.get('/dashboard/keys/new');
    const shown = await browser.submit('/dashboard/keys/new', {
      ...FILLED,
      ...CREDITS,
      'credits.refill.amount': '9',
      'credits.remaining': '',
    });
    expect(shown.status).toBe(422);
    expect(plain(shown.text)).toMatch(/One field needs another look.*remaining must be an integer number/s);
  });

  it('is shown to its owner on asking, which is logged, and to nobody else', async () => {
    const { id, path } = await make({ secret_meta: '{"crm_token":"t0ps3cret"}' });
    expect((await browser.get(path)).text).not.toContain('t0ps3cret');
    expect((await browser.get(`${path}/edit`)).text).not.toContain('t0ps3cret');
    await browser.get(path);
    expect(plain((await browser.submit(`${path}/secret-meta`)).text)).toContain('t0ps3cret');
    const entries = await app.dataSource.query<unknown[]>(
      `SELECT FROM audit_log WHERE action = 'secret_meta_revealed' AND api_key_id = $1`,
      [id],
    );
    expect(entries).toHaveLength(1);
    const other = await new Browser(app.url).signIn(await app.person('admin'));
    await other.get(path);
    expect(await other.submit(`${path}/secret-meta`)).toMatchObject({ status: 403 });
  });
});

describe('changing a key', () => {
  it('changes what was changed and leaves the rest, limits of the server included', async () => {
    const { id, path } = await make();
    const before = await browser.get(`${path}/edit`);
    expect(before.text).toContain('value="billing"');
    const fields = { name: 'invoices', permissions: ['read'], scopes: 'invoices.send', expires: 'keep' };
    const shown = await browser.submitAndFollow(`${path}/edit`, { ...fields, environment: 'production' });
    expect(plain(shown.text)).toContain('The key is changed.');
    const { body } = await app.call('GET', `/api/v1/keys/${id}`, { as: person.token });
    expect(body).toMatchObject({ name: 'invoices', permissions: ['read', 'invoices.send'], rate_limit_per_minute: 60 });
    const [row] = await app.dataSource.query<{ rate_limit_per_minute: null }[]>(
      'SELECT rate_limit_per_minute FROM api_keys WHERE id = $1',
      [id],
    );
    expect(row?.rate_limit_per_minute).toBeNull();
  });

  it('changes nothing when somebody else was faster, and says so', async () => {
    const { id, path } = await make();
    await browser.get(`${path}/edit`);
    await app.call('PUT', `/api/v1/keys/${id}`, { as: person.token, body: { name: 'faster' } });
    expect(await browser.submit(`${path}/edit`, { ...FILLED, expires: 'keep' })).toMatchObject({ status: 412 });
  });
});

describe('rotating a key', () => {
  it('shows another secret once, and both work until the grace is over', async () => {
    const { secret: old, path } = await make();
    await browser.get(`${path}/rotate`);
    const shown = await browser.submitAndFollow(`${path}/rotate`, { grace_period_hours: '6' });
    const secret = SECRET.exec(shown.text)?.[0] ?? '';
    expect([await use(old), await use(secret)]).toEqual([200, 200]);
    await app.ingest();
    const detail = plain((await browser.get(path)).text);
    expect(detail).toContain('is still used by:');
    expect(detail).toMatch(/Retiring\s+stops\s+in 6 hours/);
    app.clock.advance(6 * 3_600_000);
    expect([await use(old), await use(secret)]).toEqual([401, 200]);
    expect(plain((await browser.get(path)).text)).not.toContain('Retiring');
  });

  it('ends the grace at once when that is asked for', async () => {
    const { secret: old, path } = await make();
    await browser.get(`${path}/rotate`);
    await browser.submitAndFollow(`${path}/rotate`, { grace_period_hours: '24' });
    await browser.get(path);
    await browser.submitAndFollow(`${path}/end-grace`);
    expect(await use(old)).toBe(401);
  });
});

describe('the end of a key', () => {
  it('is for a while by disabling, and for good by revoking, which says what it does first', async () => {
    const { secret, path } = await make();
    await browser.get(path);
    await browser.submitAndFollow(`${path}/disable`);
    expect(await use(secret)).toBe(401);
    await browser.submitAndFollow(`${path}/enable`);
    expect(await use(secret)).toBe(200);
    expect(plain((await browser.get(`${path}/revoke`)).text)).toContain('Nothing brings a revoked key back');
    await browser.submitAndFollow(`${path}/revoke`);
    expect(await use(secret)).toBe(401);
    expect(await browser.get(`${path}/rotate`)).toMatchObject({ status: 409 });
  });
});
