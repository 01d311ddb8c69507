import * as fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { VERDICT_CODES } from '#domain';
import { makeUsageDays } from '../../../../test/support/usage.js';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { USAGE_ROLLUPS } from '../../../../test/support/usage-rollups.js';
import { Config } from '../config/config.js';
import { parseEnv } from '../config/env.js';
import { openDataSource } from '../database/data-source.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import { AuditEntry } from './audit-entry.entity.js';
import { decodeLogCursor, encodeLogCursor } from './log-cursor.js';
import type { LogEntryDto } from './log-entry.dto.js';
import { logEntryView } from './log-entry.view.js';
import { LogReader } from './log-reader.js';
import type { LogFilter } from './log-filter.js';

const id = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;
/** As a proxy names it: it says nothing of when that was. */
const requestId = (n: number) => `edge-7f3a09c2b4-${n}`;
const [ADA, BOB] = [id(1), id(2)];
const KEYS = [id(11), id(12), id(13)];
const OWNER_OF = { [id(11)]: ADA, [id(12)]: ADA, [id(13)]: BOB };
const ADDRESSES = ['203.0.113.7', '2001:db8::1', null];
const AGENTS = ['curl/8.5.0', '100%_sure\\', 'CURL', null];
const ACTIONS = ['api_key_created', 'login_failed', 'rate_limit_exceeded'] as const;
const START = Date.UTC(2026, 0, 1);

const config = new Config(parseEnv({}), { jwt: ['j'.repeat(32)], masterEncryption: ['m'.repeat(32)] });
let database: TestDatabase;
let dataSource: DataSource;
let reader: LogReader;
let all: LogEntryDto[];

/** Every few entries share a millisecond, and all of them spread over half a day. */
const timeOf = (n: number) => new Date(START + Math.floor(n / 3) * 2_400_000);
const pick = <T>(from: readonly T[], n: number) => from[n % from.length] as T;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [AuditEntry], log: console });
  await makeUsageDays(dataSource, START);
  reader = new LogReader(dataSource, new KeptAddresses(config));
  for (const key of KEYS) {
    await dataSource.query(
      `INSERT INTO api_keys (id, owner_id, name, state, environment, prefix, permissions, allowed_services, allowed_ips,
        allowed_user_agents, tags, created_at, updated_at)
       VALUES ($1, $2, 'k', 'active', 'production', 'akm', '{}', '{}', '{}', '{}', '{}', now(), now())`,
      [key, OWNER_OF[key]],
    );
  }
  for (let n = 0; n < 60; n += 1) {
    const shared = { id: id(100 + n), timestamp: timeOf(n), userAgent: pick(AGENTS, n), ipAddress: pick(ADDRESSES, n) };
    const key = pick([...KEYS, null], n);
    if (n % 2 === 0) {
      await dataSource.manager.insert(AuditEntry, {
        ...shared,
        action: pick(ACTIONS, n / 2),
        apiKeyId: key,
        userId: pick([ADA, BOB, null], n),
        endpoint: '/api/v1/keys',
        method: 'POST',
        requestId: requestId(900 + n),
        statusCode: pick([201, 401, 429], n / 2),
        errorMessage: pick(['Sign-in failed', null], n / 2),
        metadata: { n },
      });
    } else {
      await dataSource.query(
        `INSERT INTO usage_events (timestamp, id, key_id, secret_id, owner_id, outcome, latency_us, request_id,
          ip_address, user_agent, method, endpoint) VALUES ($1, $2, $3, $4, $5, $6, 410, $7, $8, $9, 'GET', '/p')`,
        [
          shared.timestamp,
          shared.id,
          key,
          key && id(50),
          key && OWNER_OF[key],
          pick(VERDICT_CODES, (n - 1) / 2),
          requestId(900 + n),
          shared.ipAddress,
          shared.userAgent,
        ],
      );
    }
  }
  for (const statement of USAGE_ROLLUPS) await dataSource.query(statement, ['-infinity', 'infinity']);
  all = (await reader.read({}, 1000)).map(logEntryView);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});

/** The same question asked of the entries as they are shown. */
function matches(filter: LogFilter, entry: LogEntryDto): boolean {
  const isUse = entry.metadata !== null && 'outcome' in entry.metadata;
  const owner = isUse ? entry.user_id : OWNER_OF[entry.api_key_id ?? ''];
  const texts = [entry.action, entry.endpoint, entry.method, entry.user_agent, entry.error_message];
  const wholes = [entry.ip_address, entry.request_id];
  const q = filter.q?.toLowerCase();
  return (
    (filter.ownerId === undefined || owner === filter.ownerId) &&
    (filter.apiKeyId === undefined || entry.api_key_id === filter.apiKeyId) &&
    (filter.userId === undefined || entry.user_id === filter.userId) &&
    (filter.action === undefined || entry.action === filter.action) &&
    (filter.addresses === undefined || filter.addresses.includes(entry.ip_address ?? '')) &&
    (filter.statusCode === undefined || entry.status_code === filter.statusCode) &&
    (filter.from === undefined || entry.timestamp >= filter.from) &&
    (filter.to === undefined || entry.timestamp <= filter.to) &&
    (q === undefined || texts.some((text) => text?.toLowerCase().includes(q)) || wholes.includes(q))
  );
}

const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
const anyFilter: fc.Arbitrary<LogFilter> = fc.record({
  ownerId: maybe(ADA, BOB, id(3)),
  apiKeyId: maybe(...KEYS),
  userId: maybe(ADA, BOB),
  action: maybe(...ACTIONS, 'api_key_used' as const, 'api_key_validation_failed' as const),
  addresses: maybe(['203.0.113.7', '203.0.113.0/24'], ['2001:db8::1'], ['10.0.0.1']),
  statusCode: maybe(200, 201, 401, 403, 429, 500),
  from: maybe(...[0, 20, 60].map(timeOf)),
  to: maybe(...[0, 20, 60].map(timeOf)),
  q: maybe(
    'curl',
    'LIMIT',
    '%',
    '_',
    '\\',
    '100%_',
    'sign-in',
    '/p',
    'no such text',
    '2001',
    '2001:db8::1',
    requestId(901),
    requestId(90),
    'get',
  ),
});

describe('the log', () => {
  it('holds changes and uses, newest first', () => {
    expect(all).toHaveLength(60);
    expect(all.map((entry) => entry.id)).toEqual(Array.from({ length: 60 }, (_, n) => id(159 - n)));
  });

  it('shows a use as its outcome means it', () => {
    const byOutcome = new Map(all.map((entry) => [entry.metadata?.['outcome'], entry]));
    expect(byOutcome.get('VALID')).toMatchObject({ action: 'api_key_used', status_code: 200, error_message: null });
    expect(byOutcome.get('EXPIRED')).toMatchObject({ action: 'api_key_validation_failed', status_code: 401 });
    expect(byOutcome.get('INSUFFICIENT_PERMISSIONS')).toMatchObject({
      action: 'api_key_permission_denied',
      status_code: 403,
      error_message: 'Insufficient permissions',
      response_time_ms: 0.41,
    });
    for (const outcome of ['RATE_LIMITED', 'USAGE_EXCEEDED'])
      expect(byOutcome.get(outcome)).toMatchObject({ action: 'rate_limit_exceeded', status_code: 429 });
    expect(all.find((entry) => entry.id === id(101))?.metadata).toEqual({ outcome: 'MISSING', secret_id: id(50) });
  });

  it('gives exactly the entries that match every filter, and counts them', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        const expected = all.filter((entry) => matches(filter, entry));
        expect((await reader.read(filter, 1000)).map(logEntryView)).toEqual(expected);
        expect(await reader.count(filter)).toEqual({ total: expected.length, isExact: true });
      }),
      { numRuns: 200 },
    );
  });

  it('leads on to what it did not wait for: nothing is missed, and nothing is read twice', async () => {
    const impatient = Object.assign(new LogReader(dataSource, new KeptAddresses(config)), {
      patience: { ms: 0, firstUses: 1, leastUses: 0 },
    });
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        const read: LogEntryDto[] = [];
        for (let before: LogFilter['before'], isOver = false, looks = 0; !isOver && looks < 200; looks += 1) {
          const { rows, next } = await impatient.look({ ...filter, before }, 3);
          read.push(...rows.map(logEntryView));
          isOver = next === null;
          before = decodeLogCursor(next ?? '');
        }
        expect(read).toEqual(all.filter((entry) => matches(filter, entry)));
      }),
      { numRuns: 30 },
    );
  });

  it('says of a page whether everything was looked at', async () => {
    const impatient = Object.assign(new LogReader(dataSource, new KeptAddresses(config)), {
      patience: { ms: 0, firstUses: 1, leastUses: 0 },
    });
    expect(await impatient.page({ q: '/p' }, 50, 0)).toMatchObject({
      isExact: false,
      searchedFrom: expect.any(Date) as Date,
    });
    expect(await reader.page({ q: '/p' }, 50, 0)).toMatchObject({ isExact: true, searchedFrom: null });
  });

  it('has every entry on one page and no entry on two', async () => {
    for (const size of [1, 7, 59]) {
      const pages: LogEntryDto[] = [];
      for (let offset = 0; offset < 60; offset += size)
        pages.push(...(await reader.page({}, size, offset)).rows.map(logEntryView));
      expect(pages).toEqual(all);
    }
  });

  it('goes on behind a cursor, also among entries of one millisecond', async () => {
    const read: LogEntryDto[] = [];
    for (let before: LogFilter['before']; ;) {
      const entries = (await reader.read({ before }, 7)).map(logEntryView);
      const last = entries.at(-1);
      if (last === undefined) break;
      read.push(...entries);
      before = decodeLogCursor(encodeLogCursor(last));
    }
    expect(read).toEqual(all);
  });

  it('knows whose a key is', async () => {
    expect(await reader.isKeyOf(ADA, id(11))).toBe(true);
    expect(await reader.isKeyOf(BOB, id(11))).toBe(false);
    expect(await reader.isKeyOf(ADA, id(99))).toBe(false);
  });
});

describe('a cursor', () => {
  it.each(['', 'x', 'MTIz', Buffer.from(`1.${id(1)}x`).toString('base64url'), 'a'.repeat(100)])(
    'is refused when we did not make it: %j',
    (text) => {
      expect(decodeLogCursor(text)).toBeUndefined();
    },
  );
});
