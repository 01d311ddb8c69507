import { LogReader } from '../../../apps/api/src/audit/log-reader.js';
import { FORGET_CHUNKS } from '../../../apps/api/src/audit/use-chunks.sql.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { makeUsageDays } from '../../support/usage.js';
import { USAGE_ROLLUPS } from '../../support/usage-rollups.js';
import { type Person, TestApp } from '../../support/test-app.js';

const HOUR_MS = 3_600_000;
const HOURS = 40;
/** So far from each other that a few uses are more than a chunk. */
const LEAF_STEP = 900;

const HARDLY = { ms: 0, firstUses: 1, leastUses: 0, leastChunks: 1_000 };

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
  for (const statement of USAGE_ROLLUPS)
    await app.dataSource.query(statement, [new Date(0), new Date(app.clock.now())]);
  // Of hours as of millions of uses: one at a time, and no time for more.
  Object.assign(app.nest.get(LogReader), { patience: HARDLY });
});

const read = (query: string) => app.call<Page>('GET', `/api/v1/logs?${query}`, { as: admin.token });
const rows = <Row>(sql: string, params: unknown[] = []) => app.dataSource.query<Row[]>(sql, params);

async function runJobs(afterMs = 60_000): Promise<void> {
  app.clock.advance(afterMs);
  await app.nest.get(Jobs).runDue();
}

/** The agents of all that matches, which must be all there is. */
async function foundAgents(query: string): Promise<string[]> {
  const { body } = await read(`page_size=100&${query}`);
  expect([query, body.searched_from]).toEqual([query, undefined]);
  return body.items.map(({ user_agent: agent }) => agent);
}

/** Chunks that no other follows, but for the last. */
const chunksWithGap = () =>
  rows(
    `SELECT first_leaf FROM usage_chunks AS chunk WHERE first_leaf < (SELECT max(first_leaf) FROM usage_chunks)
       AND NOT EXISTS (SELECT FROM usage_chunks WHERE first_leaf = chunk.first_leaf + 16384)`,
  );

describe('GET /logs with filters that hardly ever meet', () => {
  it('does not look at everything before the bitmaps are made', async () => {
    const { body } = await read(`api_key_id=${busy.id}&q=other-agent`);
    expect(body.searched_from).toEqual(expect.any(String));
  });

  it.each(['page_size', 'limit'])('has all there is once they are, read by %s', async (by) => {
    await runJobs();
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

  describe('while somebody waits', () => {
    beforeAll(() => {
      Object.assign(app.nest.get(LogReader), { patience: { ...HARDLY, ms: 60_000 } });
    });

    it('reads what is in a chunk that is missing, until it is made again', async () => {
      const stored = await rows('SELECT kind, value, leaves FROM usage_bitmaps ORDER BY 1, 2, first_leaf');
      for (const which of ['min', 'max']) {
        const [gone] = await rows<object[]>(
          `DELETE FROM usage_chunks WHERE first_leaf = (SELECT ${which}(first_leaf) FROM usage_chunks AS all_of_them
             WHERE first_leaf < (SELECT max(first_leaf) FROM usage_chunks)) RETURNING first_leaf AS first`,
        );
        expect(gone).toHaveLength(1);
        expect(await foundAgents(`api_key_id=${busy.id}&q=other-agent`)).toEqual(['other-agent']);
        expect(await foundAgents(`api_key_id=${other.id}&ip=198.51.100.9`)).toHaveLength(HOURS);
      }
      await runJobs();
      expect(await chunksWithGap()).toEqual([]);
      expect(await rows('SELECT kind, value, leaves FROM usage_bitmaps ORDER BY 1, 2, first_leaf')).toEqual(stored);
    });

    it('knows of addresses, agents and paths no longer than of the oldest use in the chunk', async () => {
      const [[newest] = []] = await rows<{ first: string }[]>(
        `UPDATE usage_chunks SET earliest = '2001-01-01' WHERE first_leaf = (SELECT max(first_leaf) FROM usage_chunks)
         RETURNING first_leaf AS first`,
      );
      await runJobs();
      const kinds = await rows('SELECT DISTINCT kind FROM usage_bitmaps WHERE first_leaf = $1 ORDER BY 1', [
        newest?.first,
      ]);
      expect(kinds).toEqual(['key', 'method', 'outcome', 'owner'].map((kind) => ({ kind })));
      expect(await foundAgents(`api_key_id=${other.id}&ip=198.51.100.9`)).toHaveLength(HOURS);
      expect(await foundAgents('ip=198.51.100.9&q=other-agent')).toHaveLength(HOURS);
    });

    it('keeps a chunk while a use in it is stored, however old it seems', async () => {
      await rows(
        `UPDATE usage_chunks SET (earliest, latest) = ('2001-01-01', '2001-01-01')
         WHERE first_leaf = (SELECT min(first_leaf) FROM usage_chunks)`,
      );
      const before = await rows('SELECT first_leaf FROM usage_chunks ORDER BY 1');
      await rows(FORGET_CHUNKS, [new Date(start)]);
      expect(await rows('SELECT first_leaf FROM usage_chunks ORDER BY 1')).toEqual(before);
    });
  });

  it('lets go of everything about uses that are retired, but for the place where the next chunk begins', async () => {
    expect((await rows('SELECT FROM usage_chunks')).length).toBeGreaterThan(1);
    await runJobs(100 * 24 * HOUR_MS);
    await runJobs();
    expect(await rows('SELECT FROM usage_chunks')).toHaveLength(1);
    expect(await rows('SELECT kind, value FROM usage_bitmaps')).toEqual([]);
  });
});
