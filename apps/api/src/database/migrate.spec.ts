import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { embeddedConnection, migrationConnection } from './connection-options.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { migrate } from './migrate.js';
import { migrations as ours } from './migrations/index.js';

class First1900000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE first (id integer)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

class Broken1900000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE second (id integer)');
    await runner.query('SELECT 1 / 0');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

/** The same migration in the release that mends it. */
class Mended implements MigrationInterface {
  name = 'Broken1900000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE second (id integer)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

describe('migrate', () => {
  let database: TestDatabase;
  let embedded: EmbeddedPostgres | undefined;
  let connection: PostgresDataSourceOptions;

  beforeEach(async () => {
    database = await openTestDatabase();
    const { url, template = null } = database.settings;
    if (url === null) {
      embedded = await EmbeddedPostgres.open({ directory: null, template, onFatal: () => undefined });
      connection = embeddedConnection(embedded);
    } else connection = migrationConnection(url);
  });
  afterEach(async () => {
    await embedded?.close();
    await database.close();
  });

  async function tables(): Promise<string[]> {
    const dataSource = await new DataSource(connection).initialize();
    try {
      const rows = await dataSource.query<{ name: string }[]>(
        `SELECT tablename AS name FROM pg_tables WHERE tablename IN ('first', 'second') ORDER BY 1`,
      );
      return rows.map(({ name }) => name);
    } finally {
      await dataSource.destroy();
    }
  }

  it('leaves nothing of an upgrade that fails, and completes it when it is run again', async () => {
    const failing = [...ours, First1900000000001, Broken1900000000002];
    await expect(migrate({ ...connection, migrations: failing })).rejects.toThrow('division by zero');
    expect(await tables()).toEqual([]);
    await migrate({ ...connection, migrations: [...ours, First1900000000001, Mended] });
    expect(await tables()).toEqual(['first', 'second']);
  });

  it('does nothing the second time', async () => {
    const migrations = [...ours, First1900000000001];
    await migrate({ ...connection, migrations });
    await migrate({ ...connection, migrations });
    expect(await tables()).toEqual(['first']);
  });

  it('refuses a database of a newer release, by name, and leaves it alone', async () => {
    await migrate({ ...connection, migrations: [...ours, First1900000000001] });
    await expect(migrate({ ...connection, migrations: [...ours, Mended] })).rejects.toThrow(
      'migrated by a newer release (First1900000000001)',
    );
    expect(await tables()).toEqual(['first']);
  });
});
