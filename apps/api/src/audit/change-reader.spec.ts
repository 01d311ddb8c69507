import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import { AuditEntry } from './audit-entry.entity.js';
import { ChangeReader } from './change-reader.js';

const CHANGES = 1_500;
const id = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;

let database: TestDatabase;
let dataSource: DataSource;
let reader: ChangeReader;

/** Stored in another order than they happened. Four of five by one agent. */
beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [AuditEntry], log: console });
  reader = new ChangeReader(dataSource);
  await dataSource.query(
    `INSERT INTO audit_log (id, timestamp, action, endpoint, method, user_agent)
     SELECT ('01930000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, to_timestamp(1700000000 + n), 'login_success',
       '/api/v1/auth/login', 'POST', CASE WHEN n % 5 = 0 THEN 'rare/' || n ELSE 'Frequent/1' END
     FROM generate_series(0, $1::integer - 1) AS n ORDER BY n * 7919 % 1500`,
    [CHANGES],
  );
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});

const newest = (isWanted: (n: number) => boolean, limit: number) =>
  Array.from({ length: CHANGES }, (_, n) => CHANGES - 1 - n)
    .filter(isWanted)
    .slice(0, limit)
    .map(id);

describe('changes in which a text stands', () => {
  it.each([
    ['in most', 'frequent/', (n: number) => n % 5 !== 0, { total: 1_000, isExact: false }],
    ['in some', 'rare/', (n: number) => n % 5 === 0, { total: 300, isExact: true }],
    ['in one', 'RARE/745', (n: number) => n === 745, { total: 1, isExact: true }],
    ['in none', 'nosuchtext', () => false, { total: 0, isExact: true }],
  ])('are read newest first, and counted up to a thousand: %s', async (_, q, isWanted, count) => {
    const { rows, count: counted } = await reader.newest({ filter: { q } }, 50);
    expect(rows.map((row) => row.id)).toEqual(newest(isWanted, 50));
    expect(counted).toEqual(count);
    expect(await reader.count({ filter: { q } })).toEqual(count);
  });

  it('are all read by whoever wants more than that', async () => {
    const { rows } = await reader.newest({ filter: { q: 'frequent' } }, CHANGES);
    expect(rows.map((row) => row.id)).toEqual(newest((n) => n % 5 !== 0, CHANGES));
  });
});
