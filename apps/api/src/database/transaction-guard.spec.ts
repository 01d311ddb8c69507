import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { openTestDatabase, SILENT, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from './data-source.js';
import { NestedConnectionError } from './transaction-guard.js';

describe('inside a transaction', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = await openDataSource({ ...database.settings, log: SILENT });
    await dataSource.query('CREATE TABLE marks (id integer PRIMARY KEY)');
  });
  beforeEach(() => dataSource.query('TRUNCATE marks'));
  afterAll(async () => {
    await dataSource.destroy();
    await database.close();
  });

  const marks = async () =>
    (await dataSource.query<{ id: number }[]>('SELECT id FROM marks ORDER BY id')).map(({ id }) => id);
  const pool = () => (dataSource.driver as PostgresDriver).master as Pool;

  it.each<[string, () => Promise<unknown>]>([
    ['a query of the data source', () => dataSource.query('SELECT 1')],
    ['a query of its manager', () => dataSource.manager.query('SELECT 1')],
    ['a transaction of the data source', () => dataSource.transaction(() => Promise.resolve())],
    ['a query runner', () => dataSource.createQueryRunner().query('SELECT 1')],
    ['a query of the pool', () => pool().query({ name: 'one', text: 'SELECT 1' })],
    ['a client of the pool', () => pool().connect()],
  ])('%s is refused at once, and the transaction rolls back', async (_, second) => {
    const attempt = dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO marks VALUES (1)');
      await second();
    });
    await expect(attempt).rejects.toBeInstanceOf(NestedConnectionError);
    expect(await marks()).toEqual([]);
  });

  it('a nested transaction of its manager is a savepoint', async () => {
    await dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO marks VALUES (1)');
      await manager.transaction((nested) => nested.query('INSERT INTO marks VALUES (2)'));
      await manager
        .transaction(async (nested) => {
          await nested.query('INSERT INTO marks VALUES (3)');
          throw new Error('back to the savepoint');
        })
        .catch(() => undefined);
    });
    expect(await marks()).toEqual([1, 2]);
  });

  it('work may be started that connects when the transaction has ended', async () => {
    let committed: () => void = () => undefined;
    const commit = new Promise<void>((resolve) => {
      committed = resolve;
    });
    let later: Promise<number[]> | undefined;
    await dataSource.transaction(async (manager) => {
      later = commit.then(marks);
      await manager.query('INSERT INTO marks VALUES (1)');
    });
    committed();
    expect(await later).toEqual([1]);
  });

  it('other callers are not concerned', async () => {
    const others = Array.from({ length: 10 }, (_, id) =>
      dataSource.transaction((manager) => manager.query('INSERT INTO marks VALUES ($1)', [id])),
    );
    await Promise.all([...others, dataSource.query('SELECT 1')]);
    expect(await marks()).toHaveLength(10);
  });
});
