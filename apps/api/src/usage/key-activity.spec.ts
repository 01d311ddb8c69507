import type { DataSource } from 'typeorm';
import { VERDICT_CODES, type VerdictCode } from '#domain';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { makeUsageDays } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { KeyActivities, TOP } from './key-activity.js';

const id = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const KEY = id(1);

interface Event {
  at: number;
  key: string;
  secretId: string | null;
  outcome: VerdictCode;
  us: number;
  ip: string | null;
  agent: string | null;
}

let database: TestDatabase;
let dataSource: DataSource;
let activities: KeyActivities;
beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [], log: console });
  await makeUsageDays(dataSource, START - 1, START);
  activities = new KeyActivities(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});
beforeEach(() => dataSource.query('TRUNCATE usage_events'));

let stored = 0;
const store = (events: readonly Event[]) =>
  dataSource.query(
    `INSERT INTO usage_events (timestamp, id, key_id, secret_id, outcome, latency_us, request_id, ip_address, user_agent,
       method, endpoint)
     SELECT to_timestamp(at / 1000.0), id, key, "secretId", outcome, us, 'r', ip, agent, 'GET', '/'
     FROM json_to_recordset($1) AS e (at bigint, id uuid, key uuid, "secretId" uuid, outcome text, us integer, ip text, agent text)`,
    [JSON.stringify(events.map((event) => ({ ...event, id: id((stored += 1)) })))],
  );
const event = (different: Partial<Event> = {}): Event => ({
  at: START,
  key: KEY,
  secretId: id(11),
  outcome: 'VALID',
  us: 100,
  ip: '203.0.113.7',
  agent: 'curl/8.5.0',
  ...different,
});
const of = (from = START, to = START + HOUR_MS, stepMs = HOUR_MS) =>
  activities.of(KEY, { from: new Date(from), to: new Date(to), stepMs });

describe('the activity of a key', () => {
  it('is all empty when nothing happened', async () => {
    expect(await of()).toEqual({
      outcomes: [],
      latency: { p50: null, p95: null, p99: null },
      addresses: { distinct: 0, top: [] },
      agents: { distinct: 0, top: [] },
      secrets: [],
      steps: [],
    });
  });

  it('includes both ends of the window, and neither what is beyond them nor another key', async () => {
    await store([-1, 0, HOUR_MS, HOUR_MS + 1].map((after) => event({ at: START + after })));
    await store([event({ key: id(2) })]);
    expect((await of()).outcomes).toEqual([{ outcome: 'VALID', count: 2 }]);
  });

  it('gives the latencies that half, 95 and 99 of a hundred do not exceed', async () => {
    await store(Array.from({ length: 100 }, (_, n) => event({ us: n + 1 })));
    expect((await of()).latency).toEqual({ p50: 50, p95: 95, p99: 99 });
  });

  it('names the most frequent addresses and agents, the latest first among equals, and counts the others', async () => {
    const many = Array.from({ length: TOP + 5 }, (_, n) => event({ ip: `203.0.113.${n}`, agent: null, at: START + n }));
    await store([...many, event({ ip: '2001:db8::1', at: START + 7 }), event({ ip: '2001:db8::1' })]);
    const { addresses, agents } = await of();
    expect(addresses.distinct).toBe(TOP + 6);
    expect(addresses.top).toHaveLength(TOP);
    expect(addresses.top.slice(0, 2)).toEqual([
      { value: '2001:db8::1', count: 2, last_seen_at: START + 7 },
      { value: `203.0.113.${TOP + 4}`, count: 1, last_seen_at: START + TOP + 4 },
    ]);
    expect(agents).toMatchObject({
      distinct: 1,
      top: [
        { value: null, count: TOP + 5 },
        { value: 'curl/8.5.0', count: 2 },
      ],
    });
  });

  it.each([1, 2, 3, 4, 5])('adds up to what happened, history %i', async (seed) => {
    const random = seededRandom(seed);
    const one = <T>(among: readonly T[]) => among[Math.floor(random() * among.length)] as T;
    const events = Array.from({ length: 300 }, () =>
      event({
        at: START + Math.floor(random() * 3 * HOUR_MS),
        key: one([KEY, id(2)]),
        secretId: one([id(11), id(12), null]),
        outcome: one(VERDICT_CODES),
      }),
    );
    await store(events);
    const activity = await of(START, START + 3 * HOUR_MS, 60_000);
    const mine = events.filter(({ key }) => key === KEY);
    const tallyOf = (some: readonly Event[]) => ({
      admitted: some.filter(({ outcome }) => outcome === 'VALID').length,
      refused: some.filter(({ outcome }) => outcome !== 'VALID').length,
    });
    for (const { outcome, count } of activity.outcomes) {
      expect(count).toBe(mine.filter((each) => each.outcome === outcome).length);
    }
    expect(activity.outcomes.map(({ outcome }) => outcome).sort()).toEqual(
      [...new Set(mine.map(({ outcome }) => outcome))].sort(),
    );
    expect(activity.steps.length).toBe(new Set(mine.map(({ at }) => Math.floor(at / 60_000))).size);
    for (const { step, ...tally } of activity.steps) {
      expect(tally).toEqual(tallyOf(mine.filter(({ at }) => Math.floor(at / 60_000) === step)));
    }
    expect(activity.secrets.length).toBe(new Set(mine.map(({ secretId }) => secretId)).size);
    for (const { secret_id: secretId, last_used_at: usedAt, ...tally } of activity.secrets) {
      const uses = mine.filter((each) => each.secretId === secretId);
      expect(tally).toEqual(tallyOf(uses));
      const admitted = uses.filter(({ outcome }) => outcome === 'VALID').map(({ at }) => at);
      expect(usedAt).toBe(admitted.length === 0 ? null : Math.max(...admitted));
    }
  });

  it('reads one window of one key through its index, and nothing beside it', async () => {
    await dataSource.query(`
      INSERT INTO usage_events (timestamp, id, key_id, outcome, latency_us, request_id, method, endpoint)
      SELECT to_timestamp(${START / 1000} + n), gen_random_uuid(),
        ('01930000-0000-7000-8000-' || lpad((n % 50)::text, 12, '0'))::uuid, 'VALID', 1, 'r', 'GET', '/'
      FROM generate_series(1, 20000) AS n`);
    await dataSource.query('ANALYZE usage_events');
    const query = jest.spyOn(dataSource, 'query');
    await of();
    const [sql = '', parameters = []] = query.mock.calls[0] ?? [];
    query.mockRestore();
    const plan = await dataSource.query<{ 'QUERY PLAN': string }[]>(
      `EXPLAIN (ANALYZE, TIMING OFF) ${sql}`,
      parameters as unknown[],
    );
    const lines = plan.map((row) => row['QUERY PLAN']);
    const reads = lines.filter((line) => /Scan.* on usage_events|Scan.*usage_events_\w+/.test(line));
    expect(reads.join('\n')).toMatch(/usage_events_20260101_key_id_timestamp_idx.*rows=72 /);
    expect(lines.join('\n')).not.toMatch(/Seq Scan on usage_events|Rows Removed/);
    expect(lines.join('\n')).toMatch(/Index Cond: .*key_id = .*timestamp.*>=.*timestamp.*<=/);
  });
});
