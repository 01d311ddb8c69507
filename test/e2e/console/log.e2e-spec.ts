import { LogVerification } from '../../../apps/api/src/audit/log-verification.js';
import { Browser, plain } from '../../support/browser.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests({ TRUST_PROXY: '127.0.0.1' });
let admin: Browser;
let owner: Browser;
let other: Browser;
/** The person of `other`. */
let stranger: Person;
let key: { id: string; secret: string };

beforeAll(async () => {
  const people = [await app.person('admin'), await app.person(), await app.person()] as const;
  const signedIn = (person: Person) => new Browser(app.url).signIn(person);
  [admin, owner, other] = [await signedIn(people[0]), await signedIn(people[1]), await signedIn(people[2])];
  stranger = people[2];
  app.clock.advance(1000);
  key = await app.key(people[1], { name: 'a <b>worker</b>' });
  const headers = { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'worker/2 "quoted"' };
  for (const method of ['GET', 'DELETE']) {
    app.clock.advance(1000);
    await app.call(method, '/api/v1/protected/test', { key: key.secret, headers });
  }
  await app.ingest();
});

/** What the list says happened. */
async function listed(browser: Browser, query = ''): Promise<string[]> {
  const { text } = await browser.get(`/dashboard/logs${query}`);
  return [...text.matchAll(/<a href="\/dashboard\/logs\/[0-9a-f-]{36}">([^<]+)</g)].map(([, what = '']) => what);
}

/** Of the first entry of a list. */
async function pathOf(browser: Browser, query: string): Promise<string> {
  const { text } = await browser.get(`/dashboard/logs${query}`);
  return /"(\/dashboard\/logs\/[0-9a-f-]{36})"/.exec(text)?.[1] ?? '';
}

describe('the list', () => {
  it('shows admins what everybody did, and what their keys are called', async () => {
    const text = plain((await admin.get('/dashboard/logs')).text);
    expect(text).toContain('a <b>worker</b>');
    expect(text).toContain('person_2');
    expect(await listed(admin)).toEqual(expect.arrayContaining(['Login success', 'Key permission denied', 'Key used']));
  });

  it('shows others what was done to their keys and with them, and nothing else', async () => {
    expect(await listed(owner)).toEqual(['Key permission denied', 'Key used', 'Key created']);
    const { text } = await other.get(`/dashboard/logs?api_key_id=${key.id}`);
    expect(text).toContain('Nothing matches');
  });

  it.each([
    ['what happened', '?action=api_key_used', ['Key used']],
    ['an address', '?ip=203.0.113.7', ['Key permission denied', 'Key used']],
    ['an answer', '?status_code=403', ['Key permission denied']],
    ['part of a text', '?q=worker%2F2', ['Key permission denied', 'Key used']],
    ['a time that is over', '?end_date=2020-01-01', []],
    [
      'fields that were left empty',
      '?action=&q=&ip=&start_date=',
      ['Key permission denied', 'Key used', 'Key created'],
    ],
  ])('is narrowed by %s', async (_, query, expected) => {
    expect(await listed(owner, query)).toEqual(expected);
  });

  it('finds a request by the id that its answer had', async () => {
    const { text } = await owner.get(await pathOf(owner, '?action=api_key_created'));
    const id = /q=([0-9a-f-]{36})/.exec(text)?.[1] ?? '';
    expect(await listed(owner, `?q=${id}`)).toEqual(['Key created']);
  });

  it('says at a filter what is wrong with it, and keeps the others', async () => {
    const { status, text } = await owner.get('/dashboard/logs?start_date=yesterday&q=worker');
    expect(status).toBe(422);
    expect(plain(text)).toContain('From must be a time such as');
    expect(text).toContain('value="worker"');
  });

  it('leads to older entries and back, page by page or to the newest, with the filters as they are', async () => {
    await Promise.all(Array.from({ length: 55 }, () => app.key(stranger)));
    const first = '/dashboard/logs?action=api_key_created';
    const entries = (text: string) => text.match(/"\/dashboard\/logs\/[0-9a-f-]{36}"/g) ?? [];
    const way = (text: string, name: string) => {
      const link = new RegExp(`href="([^"]*)"[^>]*>${name}<`).exec(text)?.[1];
      return link?.replaceAll('&amp;', '&');
    };
    const pages = [await other.get(first)];
    for (let older = way(pages[0]?.text ?? '', 'Older'); older; older = way(pages.at(-1)?.text ?? '', 'Older'))
      pages.push(await other.get(older));
    expect(pages.map(({ text }) => entries(text).length)).toEqual([25, 25, 5]);
    const [newest, middle, oldest] = pages.map(({ text }) => text);
    const back = (await other.get(way(oldest ?? '', 'Newer') ?? '')).text;
    expect(entries(back)).toEqual(entries(middle ?? ''));
    expect(way(back, 'Newer')).toBe(first);
    expect(way(oldest ?? '', 'Newest')).toBe(first);
    expect(way(newest ?? '', 'Newer')).toBeUndefined();
  });
});

describe('an entry', () => {
  it.each(['?action=api_key_used', '?action=api_key_created'])('shows all that is known of it: %s', async (query) => {
    const { status, text } = await owner.get(await pathOf(owner, query));
    expect(status).toBe(200);
    for (const known of ['Request id', 'User agent', 'a <b>worker</b>', 'person_2'])
      expect(plain(text)).toContain(known);
  });

  it('is not there for those who may not read it', async () => {
    const path = await pathOf(owner, '?action=api_key_used');
    expect(await other.get(path)).toMatchObject({ status: 404 });
    expect(await admin.get(path)).toMatchObject({ status: 200 });
  });
});

describe('the download', () => {
  it.each([
    ['csv', 'text/csv', /^ID,Timestamp,Action/],
    ['json', 'application/json', /^\[\n\{/],
  ])('is the whole log as %s, narrowed by key, and is logged', async (format, type, begins) => {
    await admin.get(`/dashboard/logs?api_key_id=${key.id}`);
    const { status, headers, text } = await admin.submit('/dashboard/logs/export', { format });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain(type);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="audit_logs_/);
    expect(text).toMatch(begins);
    expect(text).toContain('api_key_permission_denied');
    expect(text).not.toContain('login_success');
    expect(await listed(admin, '?action=log_exported')).not.toHaveLength(0);
  });

  it('is offered to admins only', async () => {
    expect((await owner.get('/dashboard/logs')).text).not.toContain('/dashboard/logs/export');
  });
});

describe('whether the log is complete', () => {
  it('is shown to admins: what is signed, and what came of reading all of it', async () => {
    expect(plain((await admin.get('/dashboard/logs/integrity')).text)).toMatch(/akm\/[0-9a-f-]{36}\+/);
    expect(plain((await admin.get('/dashboard/logs/verification')).text)).toContain('The log is complete');
  });

  it('is told step by step while a long one is read, to a browser that looks again by itself', async () => {
    let end: () => void = () => undefined;
    const report = { size: 10_000, signedSize: 10_000, entries: 10_000, redacted: 0, retired: 0, checkpoints: 1 };
    const run = jest.spyOn(LogVerification.prototype, 'run').mockImplementation(async (tell) => {
      tell?.(4_096, 10_000);
      await new Promise<void>((resolve) => (end = resolve));
      return { ...report, faults: [] };
    });
    const shown = await admin.get('/dashboard/logs/verification');
    expect(plain(shown.text)).toContain('4,096 of 10,000 places are read, which is 40 %.');
    const [, again = ''] =
      /^\d+; url=(\/dashboard\/logs\/verification\?since=\d+)$/.exec(shown.headers.get('refresh') ?? '') ?? [];
    end();
    const over = await admin.get(again);
    expect(plain(over.text)).toContain('The log is complete');
    expect(over.headers.get('refresh')).toBeNull();
    expect(plain((await admin.get(again)).text)).toContain('The log is complete');
    expect(run).toHaveBeenCalledTimes(1);
    const ended = jest.spyOn(LogVerification.prototype, 'run').mockResolvedValue({ ...report, faults: [] });
    await admin.get('/dashboard/logs/verification?since=0');
    expect(ended).toHaveBeenCalledTimes(2);
    run.mockRestore();
  });

  it('is not, once somebody changed an entry behind its back, and says which', async () => {
    await admin.get('/dashboard/logs/integrity');
    await app.dataSource.query(`UPDATE audit_log SET action = 'login_success' WHERE action = 'api_key_created'`);
    const text = plain((await admin.get('/dashboard/logs/verification')).text);
    expect(text).toContain('The log was changed');
    expect(text).toMatch(/is not what it was when it was added/);
  });
});
