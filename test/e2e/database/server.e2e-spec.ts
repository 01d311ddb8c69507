import '../../support/e2e-timeout.js';
import type { Pool } from 'pg';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { type OpenDataSourceOptions, openDataSource } from '../../../apps/api/src/database/data-source.js';
import { migrations } from '../../../apps/api/src/database/migrations/index.js';
import { openTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** A migration that several instances would all fail at but one, were they let in together. */
class Slow1900000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE slow (id integer)');
    await runner.query('SELECT pg_sleep(0.2)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

const describeOnServer = process.env.TEST_DATABASE_URL ? describe : describe.skip;

describeOnServer('on a PostgreSQL server', () => {
  let database: TestDatabase;
  let opened: DataSource[];
  let warnings: string[];

  beforeEach(async () => {
    database = await openTestDatabase();
    opened = [];
    warnings = [];
  });
  afterEach(async () => {
    for (const dataSource of opened) await dataSource.destroy();
    await database.close();
  });

  async function open(options: Partial<OpenDataSourceOptions> = {}): Promise<DataSource> {
    const log = { warn: (message: string) => void warnings.push(message), error: () => undefined };
    const dataSource = await openDataSource({ ...database.settings, ...options, log });
    opened.push(dataSource);
    return dataSource;
  }
  const pool = (dataSource: DataSource) => (dataSource.driver as PostgresDriver).master as Pool;
  const killOthers = (dataSource: DataSource) =>
    dataSource.query(`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`);

  it('one of several instances that start at once migrates and the others wait for it', async () => {
    const upgraded = { migrations: [...migrations, Slow1900000000001] };
    const [dataSource] = await Promise.all(Array.from({ length: 4 }, () => open(upgraded)));
    const rows = await dataSource?.query<object[]>(`SELECT name FROM migrations WHERE name LIKE 'Slow%'`);
    expect(rows).toEqual([{ name: 'Slow1900000000001' }]);
  });

  it('an instance that dies while it migrates leaves nothing behind and the next one completes', async () => {
    const dataSource = await open();
    class Killed1900000000001 extends Slow1900000000001 {
      override async up(runner: QueryRunner): Promise<void> {
        await super.up(runner);
        await killOthers(dataSource);
        await runner.query('SELECT 1');
      }
    }
    await expect(open({ migrations: [...migrations, Killed1900000000001] })).rejects.toThrow();
    await open({ migrations: [...migrations, Slow1900000000001] });
    expect(await dataSource.query('SELECT FROM slow')).toEqual([]);
  });

  it('every connection carries its limits and its name', async () => {
    const dataSource = await open();
    const [settings] = await dataSource.query<Record<string, string>[]>(`
      SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS statement,
             current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`);
    expect(settings).toEqual({ name: 'akm', statement: '5s', lock: '4s', idle: '15s' });
  });

  it('a pool whose connections were all killed serves the next query', async () => {
    const dataSource = await open();
    const side = await open();
    await Promise.all(Array.from({ length: 5 }, () => dataSource.query('SELECT pg_sleep(0.05)')));
    const connections = pool(dataSource);
    const gone = new Promise<void>((resolve) => {
      connections.on('remove', () => {
        if (connections.totalCount === 0) resolve();
      });
    });
    await killOthers(side);
    await gone;
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('a transaction whose connection is killed fails, and its rows are not there', async () => {
    const dataSource = await open();
    const side = await open();
    await side.query('CREATE TABLE marks (id integer)');
    const killed = dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO marks VALUES (1)');
      await killOthers(side);
      await manager.query('INSERT INTO marks VALUES (2)');
    });
    await expect(killed).rejects.toThrow();
    await dataSource.transaction((manager) => manager.query('INSERT INTO marks VALUES (3)'));
    expect(await side.query('SELECT id FROM marks')).toEqual([{ id: 3 }]);
  });

  it('a server that may lose what it acknowledged is warned of loudly, and a sound one is not', async () => {
    const dataSource = await open();
    const [row] = await dataSource.query<{ name: string }[]>('SELECT current_database() AS name');
    await dataSource.query(`ALTER DATABASE ${row?.name ?? ''} SET synchronous_commit = off`);
    const before = warnings.filter((warning) => warning.includes('synchronous_commit'));
    await open();
    expect(before).toEqual([]);
    expect(warnings.join()).toContain('DATA LOSS AHEAD: this PostgreSQL server runs with synchronous_commit=off');
  });
});
