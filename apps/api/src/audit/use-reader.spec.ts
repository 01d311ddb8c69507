import * as fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { makeUsageDays } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { USAGE_ROLLUPS } from '../../../../test/support/usage-rollups.js';
import { Config } from '../config/config.js';
import { parseEnv } from '../config/env.js';
import { openDataSource } from '../database/data-source.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import { AuditEntry } from './audit-entry.entity.js';
import { decodeLogCursor } from './log-cursor.js';
import type { LogFilter } from './log-filter.js';
import { LogReader } from './log-reader.js';
import { LOGGED_USES } from './logged-use.js';
import { CHUNK_LEAVES } from './use-chunk.entity.js';
import { UseChunks } from './use-chunks.js';
import { NEXT_CHUNK, STORE_CHUNK } from './use-chunks.sql.js';
import { UseReader } from './use-reader.js';

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const USES = 2_400;
/** The uses of three chunks and a half, with gaps between their places as entries of other kinds leave them. */
const LEAF_STEP = 24;

const id = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [ADA, BOB] = [id(1), id(2)];
const [BUSY, OTHER, QUIET] = [id(11), id(12), id(13)];

interface Use {
  readonly n: number;
  readonly at: number;
  readonly key: string;
  readonly owner: string;
  readonly outcome: 'VALID' | 'RATE_LIMITED' | 'EXPIRED';
  readonly ip: string | null;
  readonly agent: string | null;
  readonly endpoint: string;
}

/**
 * Two keys that share no agent and no address, and in between one key after the other of which each is used once or
 * twice. Some uses are stored long after they happened; some have their place in the tree in the order of nothing.
 */
function useOf(n: number): Use {
  const isBusy = n % 3 !== 0;
  const isOther = !isBusy && n % 6 === 0;
  const late = n % 97 === 0 ? 900 : 0;
  return {
    n,
    at: START + (Math.floor(n / 2) - late + (n % 5) * 3) * MINUTE_MS,
    key: isBusy ? BUSY : isOther ? OTHER : n % 300 === 3 ? QUIET : id(10_000 + (n % 1_500)),
    owner: isBusy ? ADA : BOB,
    outcome: n % 50 === 7 ? 'EXPIRED' : n % 11 === 0 ? 'RATE_LIMITED' : 'VALID',
    ip: n % 41 === 0 ? null : isBusy ? '203.0.113.7' : isOther ? '2001:db8::1' : `10.0.${n % 7}.${n % 250}`,
    agent: n % 301 === 0 ? 'rare-agent/1' : isBusy ? 'busy-agent/1' : isOther ? 'other-agent/1' : null,
    endpoint: isOther ? '/v1/orders' : `/v1/files/${n % 900}`,
  };
}

const uses = Array.from({ length: USES }, (_, n) => useOf(n));
const config = new Config(parseEnv({}), { jwt: ['j'.repeat(32)], masterEncryption: ['m'.repeat(32)] });
let database: TestDatabase;
let dataSource: DataSource;

/** One that takes every log for a long one. */
const readerOf = (patience: object) =>
  Object.assign(new LogReader(dataSource, new KeptAddresses(config)), {
    patience: { ms: 0, firstUses: 1, leastUses: 0, leastChunks: 1_000, ...patience },
  });

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [AuditEntry], log: console });
  await makeUsageDays(dataSource, START - 86_400_000, START, START + 86_400_000);
  await dataSource.query(
    `INSERT INTO usage_events (timestamp, id, key_id, owner_id, outcome, latency_us, request_id, ip_address, user_agent,
       method, endpoint, leaf)
     SELECT to_timestamp(at / 1000.0), ('01930000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, key, owner, outcome,
       5, 'edge', ip, agent, CASE WHEN n % 4 = 0 THEN 'POST' ELSE 'GET' END, endpoint, n * $2::bigint
     FROM json_to_recordset($1) AS (n integer, at bigint, key uuid, owner uuid, outcome text, ip text, agent text,
       endpoint text)`,
    [JSON.stringify(uses), LEAF_STEP],
  );
  await dataSource.query(
    `INSERT INTO api_keys (id, owner_id, name, state, environment, prefix, permissions, allowed_services, allowed_ips,
      allowed_user_agents, tags, created_at, updated_at)
     SELECT DISTINCT key_id, owner_id, 'k', 'active', 'production', 'akm', '{}'::text[], '{}'::text[], '{}'::text[],
      '{}'::text[], '{}'::text[], now(), now() FROM usage_events`,
  );
  for (const statement of USAGE_ROLLUPS) await dataSource.query(statement, ['-infinity', 'infinity']);
  for (;;) {
    const [next] = await dataSource.query<{ firstLeaf: number }[]>(NEXT_CHUNK);
    if (next === undefined) break;
    await dataSource.query(STORE_CHUNK, [next.firstLeaf]);
  }
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});

function matching(filter: LogFilter): string[] {
  const q = filter.q?.toLowerCase();
  return uses
    .filter(({ n, at, key, owner, outcome, ip, agent, endpoint }) => {
      const { action, statusCode, errorMessage } = LOGGED_USES[outcome];
      const texts = [action, errorMessage, agent, endpoint, n % 4 === 0 ? 'POST' : 'GET'];
      return (
        (filter.apiKeyId ?? key) === key &&
        (filter.userId ?? owner) === owner &&
        (filter.ownerId ?? owner) === owner &&
        (filter.action ?? action) === action &&
        (filter.statusCode ?? statusCode) === statusCode &&
        (filter.addresses === undefined || filter.addresses.includes(ip ?? '')) &&
        (filter.from === undefined || at >= filter.from.getTime()) &&
        (filter.to === undefined || at <= filter.to.getTime()) &&
        (q === undefined || ip === q || texts.some((text) => text?.toLowerCase().includes(q)))
      );
    })
    .sort((a, b) => b.at - a.at || b.n - a.n)
    .map(({ n }) => id(n));
}

const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
const moments = [200, 700].map((minute) => new Date(START + minute * MINUTE_MS));
const rareFilter: fc.Arbitrary<LogFilter> = fc
  .record({
    apiKeyId: maybe(BUSY, OTHER, QUIET, id(10_009), id(9)),
    userId: maybe(ADA, BOB),
    ownerId: fc.option(fc.constant(ADA), { nil: undefined, freq: 6 }),
    action: maybe('api_key_used' as const, 'rate_limit_exceeded' as const),
    statusCode: maybe(200, 401, 429),
    addresses: maybe(['203.0.113.7', '203.0.113.0/24'], ['2001:db8::1'], ['10.0.3.10', '203.0.113.7'], ['192.0.2.1']),
    from: maybe(...moments),
    to: maybe(...moments),
    q: maybe(
      'other-agent',
      'busy',
      'rare-agent',
      'orders',
      '/v1/files/7',
      'post',
      'expired',
      '2001:db8::1',
      'nosuchtext',
    ),
  })
  .filter(({ addresses, q }) => addresses !== undefined || q !== undefined);

describe('a log of which bitmaps are known', () => {
  it('has chunks, some of which do not list every value, and uses that are in none', async () => {
    const chunks = await dataSource.query<{ unlisted: string[] }[]>('SELECT unlisted FROM usage_chunks');
    expect(chunks.length).toBe(Math.floor(((USES - 1) * LEAF_STEP) / CHUNK_LEAVES));
    expect(chunks.flatMap(({ unlisted }) => unlisted)).toContain('endpoint');
  });

  it('gives exactly the uses that match every filter, and knows that these are all', async () => {
    await fc.assert(
      fc.asyncProperty(rareFilter, fc.constantFrom(3, 50), async (filter, limit) => {
        const expected = matching(filter);
        const { rows, searchedFrom } = await readerOf({ ms: 10_000 }).look(filter, limit);
        expect(rows.map((row) => row.id)).toEqual(expected.slice(0, limit));
        expect(searchedFrom).toBeNull();
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('counts exactly those, whichever of its chunks are of the time that is asked for only in part', async () => {
    await fc.assert(
      fc.asyncProperty(rareFilter, async (filter) => {
        expect(await readerOf({}).count(filter)).toEqual({ total: matching(filter).length, isExact: true });
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('counts the newest chunks where values are too many for all of them, and says so', async () => {
    const filter = { apiKeyId: BUSY, addresses: ['203.0.113.7'] };
    const chunks = new UseChunks(dataSource, 2);
    const plan = { filter, search: undefined, hours: [], places: undefined };
    const search = await chunks.search(plan);
    if (search === undefined) throw new Error('there are no bitmaps');
    const { uses, isAll } = await chunks.count(plan, search);
    expect(isAll).toBe(false);
    expect(uses).toBeGreaterThan(0);
    expect(uses).toBeLessThan(matching(filter).length / 2);
  });

  it('leads on to what it did not wait for: nothing is missed, and nothing is read twice', async () => {
    await fc.assert(
      fc.asyncProperty(rareFilter, async (filter) => {
        const expected = matching(filter).slice(0, 60);
        const read: string[] = [];
        for (let before: LogFilter['before'], isOver = false; !isOver && read.length < 60;) {
          const { rows, next } = await readerOf({ leastChunks: 1 }).look({ ...filter, before }, 20);
          read.push(...rows.map((row) => row.id));
          isOver = next === null;
          before = decodeLogCursor(next ?? '');
        }
        expect(read.slice(0, 60)).toEqual(expected);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('looks at all of it for filters that never meet, whatever time there is', async () => {
    const { rows, searchedFrom } = await readerOf({}).look({ apiKeyId: BUSY, q: 'other-agent' }, 50);
    expect(rows).toEqual([]);
    expect(searchedFrom).toBeNull();
  });

  it('reads values that are too many for each to have a bitmap', async () => {
    const filter: LogFilter = { userId: ADA, q: '/v1/files/7' };
    const { rows, searchedFrom } = await readerOf({ ms: 10_000 }).look(filter, 1_000);
    expect(rows.map((row) => row.id)).toEqual(matching(filter));
    expect(searchedFrom).toBeNull();
  });

  it('reads what has no place in the tree yet', async () => {
    const [late] = matching({ apiKeyId: OTHER, q: 'orders' }).slice(-1);
    const place = await dataSource.query<{ leaf: string }[]>('SELECT leaf FROM usage_events WHERE id = $1', [late]);
    await dataSource.query('UPDATE usage_events SET leaf = NULL WHERE id = $1', [late]);
    const found = await readerOf({ ms: 10_000 }).look({ apiKeyId: OTHER, q: 'orders' }, 1_000);
    await dataSource.query('UPDATE usage_events SET leaf = $2 WHERE id = $1', [late, place[0]?.leaf]);
    expect(found.rows.at(-1)?.id).toBe(late);
  });
});

describe('a log that never ends', () => {
  /** How many chunks are searched each time by somebody who goes on until it is over. */
  async function sizesUntil(deadline: number): Promise<number[]> {
    const sizes: number[] = [];
    const find = (...[, , , , size]: Parameters<UseChunks['find']>) => {
      sizes.push(size);
      return Promise.resolve({ found: [], next: sizes.length < 5 ? { latest: START, firstLeaf: 0 } : null });
    };
    const search = () => Promise.resolve({ criteria: [], end: 0 });
    const reader = new UseReader(() => Promise.resolve([]), { search, find } as unknown as UseChunks);
    const hours = [2, 1].map((hour) => ({ at: START + hour * 3_600_000, uses: 1_000_000 }));
    const plan = { filter: { apiKeyId: BUSY, q: 'other-agent' }, search: undefined, hours, places: undefined };
    const patience = { ms: 0, firstUses: 1, leastUses: 0, leastChunks: 1_000 };
    for await (const { isOver } of reader.read(plan, 50, deadline, patience)) if (isOver) break;
    return sizes;
  }

  it('is searched no further than promised once the time is up', async () => {
    expect(await sizesUntil(0)).toEqual([96, 768, 136]);
  });

  it('is searched in pieces between which somebody looks at the clock', async () => {
    expect(await sizesUntil(Infinity)).toEqual([96, 768, 136, 768, 768]);
  });
});
