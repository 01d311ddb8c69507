import type { DataSource } from 'typeorm';
import { ManualClock, VERDICT_CODES, type VerdictCode } from '#domain';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { makeUsageDays } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { DESCRIBED_MAX, KeyActivities, type KeyActivity, TOP } from './key-activity.js';
import { NOBODY } from './count-uses.sql.js';

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

/** Minutes are counted for two days. */
const clock = new ManualClock(START + 24 * HOUR_MS);
let database: TestDatabase;
let dataSource: DataSource;
let activities: KeyActivities;
beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [], log: console });
  await makeUsageDays(dataSource, START - 1, START);
  activities = new KeyActivities(dataSource, clock);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});
beforeEach(() => dataSource.query('TRUNCATE usage_events, usage_hours, usage_minutes, key_usage'));

let stored = 0;
const store = async (events: readonly Event[]) => {
  await dataSource.query(
    `INSERT INTO usage_events (timestamp, id, key_id, secret_id, outcome, latency_us, request_id, ip_address, user_agent,
       method, endpoint)
     SELECT to_timestamp(at / 1000.0), id, key, "secretId", outcome, us, 'r', ip, agent, 'GET', '/'
     FROM json_to_recordset($1) AS e (at bigint, id uuid, key uuid, "secretId" uuid, outcome text, us integer, ip text, agent text)`,
    [JSON.stringify(events.map((event) => ({ ...event, id: id((stored += 1)) })))],
  );
  await count();
};
/** As the storing of a batch does. */
const count = async () => {
  await dataSource.query('TRUNCATE usage_hours, usage_minutes');
  for (const unit of ['hour', 'minute'])
    await dataSource.query(`
      INSERT INTO usage_${unit}s (key_id, ${unit}, secret_id, outcome, uses, latency_us_sum, latency_us_max)
      SELECT key_id, date_bin('1 ${unit}', timestamp, 'epoch'), COALESCE(secret_id, '${NOBODY}'), outcome, count(*),
        sum(latency_us), max(latency_us)
      FROM usage_events GROUP BY 1, 2, 3, 4`);
};
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

const usesIn = ({ counts }: KeyActivity) => counts.reduce((sum, { uses }) => sum + uses, 0);

describe('the activity of a key', () => {
  it('is all empty when nothing happened', async () => {
    expect(await of()).toEqual({
      counts: [],
      lastUses: [],
      described: 0,
      latency: { p50: null, p95: null, p99: null },
      addresses: { distinct: 0, top: [] },
      agents: { distinct: 0, top: [] },
    });
  });

  it('includes both ends of the window, and neither what is beyond them nor another key', async () => {
    await store([-1, 0, HOUR_MS, HOUR_MS + 1].map((after) => event({ at: START + after })));
    await store([event({ key: id(2) })]);
    expect(usesIn(await of())).toBe(2);
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
        at: START + Math.floor(random() * 5 * HOUR_MS),
        key: one([KEY, id(2)]),
        secretId: one([id(11), id(12), null]),
        outcome: one(VERDICT_CODES),
      }),
    );
    await store(events);
    for (const stepMs of [60_000, HOUR_MS, 24 * HOUR_MS]) {
      const [from, to] = [START + Math.floor(random() * HOUR_MS), START + Math.floor((2 + random()) * HOUR_MS)];
      const { counts, lastUses } = await of(from, to, stepMs);
      const mine = events.filter(({ key, at }) => key === KEY && at >= from && at <= to);
      const nameOf = (at: number, secretId: string | null, outcome: string) =>
        `${Math.floor(at / stepMs)} ${String(secretId)} ${outcome}`;
      const wanted = new Map<string, number>();
      for (const { at, secretId, outcome } of mine) {
        const name = nameOf(at, secretId, outcome);
        wanted.set(name, (wanted.get(name) ?? 0) + 1);
      }
      const found = counts.map(
        ({ step, secret_id: secretId, outcome, uses }) => [nameOf(step * stepMs, secretId, outcome), uses] as const,
      );
      expect(new Map(found)).toEqual(wanted);
      expect(found).toHaveLength(wanted.size);
      for (const secret of [id(11), id(12)]) {
        const admitted = mine.filter(({ secretId, outcome }) => secretId === secret && outcome === 'VALID');
        const last = admitted.length === 0 ? undefined : Math.max(...admitted.map(({ at }) => at));
        expect(lastUses.find(({ secret_id: found }) => found === secret)?.at).toBe(last);
      }
    }
  });

  it('still counts uses that are no longer kept, and knows when the last was', async () => {
    await store([event({ at: START + 5 }), event({ at: START + 9, outcome: 'RATE_LIMITED' })]);
    await dataSource.query(
      'INSERT INTO key_usage (key_id, secret_id, usage_count, last_used_at) VALUES ($1, $2, 1, $3)',
      [KEY, id(11), new Date(START + 5)],
    );
    await dataSource.query('TRUNCATE usage_events');
    const activity = await of(START, START + HOUR_MS - 1);
    expect(usesIn(activity)).toBe(2);
    expect(activity).toMatchObject({ described: 0, lastUses: [{ secret_id: id(11), at: START + 5 }] });
  });

  it('describes the newest uses, and counts all', async () => {
    await dataSource.query(
      `INSERT INTO usage_events (timestamp, id, key_id, outcome, latency_us, request_id, ip_address, method, endpoint)
       SELECT to_timestamp(${START / 1000} + n / 100.0), gen_random_uuid(), $1, 'VALID', 1, 'r', CASE WHEN n > $2 THEN 'new' END,
         'GET', '/' FROM generate_series(1, $2::integer + ${DESCRIBED_MAX}) AS n`,
      [KEY, 500],
    );
    await count();
    const activity = await of();
    expect(usesIn(activity)).toBe(DESCRIBED_MAX + 500);
    expect(activity.addresses.top).toMatchObject([{ value: 'new', count: DESCRIBED_MAX }]);
    expect(activity.described).toBe(DESCRIBED_MAX);
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
    expect(lines.join('\n')).not.toMatch(/Seq Scan on usage_events_20260101/);
    expect(lines.join('\n')).toMatch(/Index Cond: .*key_id = .*timestamp.*>=.*timestamp.*<=/);
  });
});
