import type { DataSource } from 'typeorm';
import { openTestDatabase, SILENT, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from './data-source.js';
import { inTransaction, sqlState } from './transaction.js';

describe('inTransaction', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = await openDataSource({ ...database.settings, log: SILENT });
    await dataSource.query('CREATE TABLE marks (id integer)');
  });
  beforeEach(() => dataSource.query('TRUNCATE marks'));
  afterAll(async () => {
    await dataSource.destroy();
    await database.close();
  });

  /** Inserts a mark and then fails in PostgreSQL with `code`, the first `failures` times. */
  async function attempt(code: string, failures: number, random = 0.5) {
    const pauses: number[] = [];
    let runs = 0;
    const outcome = await inTransaction(
      dataSource,
      async (manager) => {
        runs += 1;
        await manager.query('INSERT INTO marks VALUES (1)');
        if (runs <= failures) await manager.query(`DO $$ BEGIN RAISE 'lost' USING ERRCODE = '${code}'; END $$`);
        return 'done';
      },
      {
        random: () => random,
        wait: (ms) => {
          pauses.push(ms);
          return Promise.resolve();
        },
      },
    ).catch((error: unknown) => sqlState(error));
    const [marks] = await dataSource.query<{ count: number }[]>('SELECT count(*)::int AS count FROM marks');
    return { outcome, runs, pauses, marks: marks?.count };
  }

  it.each(['40001', '40P01'])('runs again after %s and keeps only the run that committed', async (code) => {
    expect(await attempt(code, 2)).toEqual({ outcome: 'done', runs: 3, pauses: [5, 20], marks: 1 });
  });

  it('gives up after three retries with the error of PostgreSQL', async () => {
    expect(await attempt('40001', 9)).toEqual({ outcome: '40001', runs: 4, pauses: [5, 20, 80], marks: 0 });
  });

  it('spreads rivals over the whole pause', async () => {
    expect((await attempt('40001', 1, 0)).pauses).toEqual([0]);
    expect((await attempt('40001', 1, 0.99)).pauses).toEqual([9.9]);
  });

  it.each(['23505', '55P03', '57014'])('leaves %s to its caller', async (code) => {
    expect(await attempt(code, 1)).toEqual({ outcome: code, runs: 1, pauses: [], marks: 0 });
  });
});
