import { LogReader } from '../../../apps/api/src/audit/log-reader.js';
import { Browser, plain } from '../../support/browser.js';
import { makeUsageDays } from '../../support/usage.js';
import { USAGE_ROLLUPS } from '../../support/usage-rollups.js';
import { type Person, TestApp } from '../../support/test-app.js';

interface Page {
  items: { user_agent: string; timestamp: string }[];
  total?: number;
  total_is_exact?: boolean;
  searched_from?: string;
}

const START = Date.UTC(2026, 10, 20);
const HOURS = 30;
const HOUR_MS = 3_600_000;

const app = TestApp.forTests();
let admin: Person;
let [busy, other] = [{ id: '' }, { id: '' }];

/** Two keys, each used every hour by an agent of its own: a key and the agent of the other never meet. */
beforeAll(async () => {
  admin = await app.person('admin');
  [busy, other] = [await app.key(admin), await app.key(admin)];
  await makeUsageDays(app.dataSource, START, START + HOURS * HOUR_MS);
  for (const [key, agent] of [
    [busy.id, 'busy-agent'],
    [other.id, 'other-agent'],
  ]) {
    await app.dataSource.query(
      `INSERT INTO usage_events (timestamp, id, key_id, owner_id, outcome, latency_us, request_id, user_agent, method, endpoint)
       SELECT to_timestamp($1) + n * interval '1 hour', gen_random_uuid(), $2, $3, 'VALID', 5, 'r', $4, 'GET', '/p'
       FROM generate_series(0, $5::integer - 1) AS n`,
      [START / 1000, key, admin.id, agent, HOURS],
    );
  }
  for (const statement of USAGE_ROLLUPS)
    await app.dataSource.query(statement, [new Date(START), new Date(START + HOURS * HOUR_MS)]);
  // Of hours as of millions of uses: one at a time.
  Object.assign(app.nest.get(LogReader), { patience: { ms: 0, firstUses: 1, leastUses: 0 } });
});

const read = (path: string) => app.call<Page>('GET', path, { as: admin.token });

async function follow(path: string): Promise<{ pages: Page[]; found: string[] }> {
  const pages: Page[] = [];
  for (let next: string | undefined = path; next !== undefined && pages.length < 200;) {
    const answer: Awaited<ReturnType<typeof read>> = await read(next);
    expect(answer.status).toBe(200);
    pages.push(answer.body);
    next = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return { pages, found: pages.flatMap(({ items }) => items.map(({ user_agent: agent }) => agent)) };
}

describe.each(['page_size', 'limit'])('a search that would take long, read by %s', (by) => {
  it('answers with what it found so far and leads on, until everything was looked at', async () => {
    const { pages, found } = await follow(`/api/v1/logs?${by}=5&api_key_id=${busy.id}&q=other-agent`);
    expect(found).toEqual([]);
    expect(pages.length).toBeGreaterThan(2);
    const moments = pages.flatMap(({ searched_from: from }) => from ?? []);
    expect(moments).toHaveLength(pages.length - 1);
    expect(moments).toEqual([...moments].sort().reverse());
    expect(pages.at(-1)?.searched_from).toBeUndefined();
  });
});

it('finds all there is, read by limit', async () => {
  const { found } = await follow(`/api/v1/logs?limit=5&api_key_id=${busy.id}&q=busy-agent`);
  expect(found).toEqual(Array.from({ length: HOURS }, () => 'busy-agent'));
});

it('says of such a page that there may be more', async () => {
  const path = `/api/v1/logs?api_key_id=${busy.id}&q=other-agent`;
  const { body } = await read(path);
  expect(body).toMatchObject({
    items: [],
    total: 0,
    total_is_exact: false,
    searched_from: expect.any(String) as string,
  });
});

it('says so in the console, and leads on', async () => {
  const browser = await new Browser(app.url).signIn(admin);
  const { text } = await browser.get(`/dashboard/logs?api_key_id=${busy.id}&q=other-agent`);
  expect(plain(text)).toContain('Looked back to');
  expect(text).toMatch(/rel="next" href="[^"]*cursor=/);
});

it('looks at all of what is rare by itself', async () => {
  for (const query of ['ip=198.51.100.9', 'q=nosuchagent', `api_key_id=${admin.id}`]) {
    const { body } = await read(`/api/v1/logs?${query}`);
    expect(Object.keys(body)).toEqual(['items', 'total', 'page', 'page_size', 'pages']);
    expect(body.total).toBe(0);
  }
});
