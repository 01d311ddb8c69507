import { LogReader } from '../../../apps/api/src/audit/log-reader.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { makeUsageDays } from '../../support/usage.js';
import { COUNT_USES } from '../../support/usage-rollups.js';
import { type Person, TestApp } from '../../support/test-app.js';

const HOUR_MS = 3_600_000;
const HOURS = 40;
/** So far from each other that a few uses are more than a chunk. */
const LEAF_STEP = 900;

interface Page {
  items: { user_agent: string; ip_address: string; api_key_id: string }[];
  total: number;
  total_is_exact?: boolean;
  searched_from?: string;
}

const app = TestApp.forTests();
let admin: Person;
let start: number;
let [busy, other] = [{ id: '' }, { id: '' }];

/** Two keys, each used every hour by an agent and from an address of its own; one use of the first by the other's agent. */
beforeAll(async () => {
  admin = await app.person('admin');
  [busy, other] = [await app.key(admin), await app.key(admin)];
  start = Math.floor(app.clock.now() / HOUR_MS) * HOUR_MS - HOURS * HOUR_MS;
  await makeUsageDays(app.dataSource, start, start + 24 * HOUR_MS, start + HOURS * HOUR_MS);
  for (const [key, agent, ip, place] of [
    [busy.id, 'busy-agent', '203.0.113.7', 0],
    [other.id, 'other-agent', '198.51.100.9', 1],
  ]) {
    await app.dataSource.query(
      `INSERT INTO usage_events (timestamp, id, key_id, owner_id, outcome, latency_us, request_id, user_agent, ip_address,
         method, endpoint, leaf)
       SELECT to_timestamp($1) + n * interval '1 hour', gen_random_uuid(), $2, $3, 'VALID', 5, 'r',
         CASE WHEN n = 3 THEN 'other-agent' ELSE $4 END, $5, 'GET', '/p', 100000 + (n * 2 + $6::integer) * ${LEAF_STEP}
       FROM generate_series(0, $7::integer - 1) AS n`,
      [start / 1000, key, admin.id, agent, ip, place, HOURS],
    );
  }
  for (const statement of COUNT_USES) await app.dataSource.query(statement, [new Date(0), new Date(app.clock.now())]);
  // Of hours as of millions of uses: one at a time, and no time for more.
  Object.assign(app.nest.get(LogReader), { patience: { ms: 0, firstUses: 1, leastUses: 0, leastChunks: 1_000 } });
});

const read = (query: string) => app.call<Page>('GET', `/api/v1/logs?${query}`, { as: admin.token });

describe('GET /logs with filters that hardly ever meet', () => {
  it('does not look at everything before the bitmaps are made', async () => {
    const { body } = await read(`api_key_id=${busy.id}&q=other-agent`);
    expect(body.searched_from).toEqual(expect.any(String));
  });

  it.each(['page_size', 'limit'])('has all there is once they are, read by %s', async (by) => {
    app.clock.advance(60_000);
    await app.nest.get(Jobs).runDue();
    for (const [query, found] of [
      [`api_key_id=${busy.id}&q=other-agent`, 1],
      [`api_key_id=${busy.id}&ip=198.51.100.9`, 0],
      [`ip=203.0.113.7&q=other-agent`, 1],
      [`status_code=200&ip=203.0.113.7&q=other-agent`, 1],
      [`user_id=${admin.id}&q=other-agent&api_key_id=${busy.id}`, 1],
    ] as const) {
      const { status, body, headers } = await read(`${by}=50&${query}`);
      expect([query, status, body.searched_from, body.total_is_exact]).toEqual([query, 200, undefined, undefined]);
      expect(body.items.map(({ user_agent: agent }) => agent)).toEqual(
        Array.from({ length: found }, () => 'other-agent'),
      );
      expect(headers.get('link')).toBeNull();
    }
  });

  it('lets go of the bitmaps of uses that are retired, and keeps the newest', async () => {
    const chunks = () => app.dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM usage_chunks');
    expect((await chunks())[0]?.n).toBeGreaterThan(1);
    app.clock.advance(100 * 24 * HOUR_MS);
    await app.nest.get(Jobs).runDue();
    expect(await chunks()).toEqual([{ n: 1 }]);
    const [left] = await app.dataSource.query<{ n: number }[]>(
      'SELECT count(DISTINCT first_leaf)::int AS n FROM usage_bitmaps',
    );
    expect(left).toEqual({ n: 1 });
  });
});
