import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Column, type DataSource, Entity, PrimaryColumn } from 'typeorm';
import { openDataSource } from '../apps/api/src/database/data-source.js';
import { SEALED_COLUMNS, type SealedColumn } from '../apps/api/src/encryption/sealed-columns.js';
import { entities } from '../ormconfig.js';
import { openTestDatabase, SILENT, type TestDatabase } from './support/test-database.js';

@Entity('forgotten')
class Forgotten {
  @PrimaryColumn({ type: 'integer' })
  id: number;

  @Column({ type: 'text' })
  text: string;
}

describe('the schema', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  async function drift(tables: DataSource['options']['entities']): Promise<string[]> {
    const dataSource = await openDataSource({ ...database.settings, entities: tables, log: SILENT });
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      return upQueries.map(({ query }) => query);
    } finally {
      await dataSource.destroy();
    }
  }

  it('is the same in the migrations as in the entities', async () => {
    expect(await drift(entities)).toEqual([]);
  });

  it('would be noticed to differ when an entity has no migration', async () => {
    expect(await drift([...entities, Forgotten])).toEqual([expect.stringContaining('CREATE TABLE "forgotten"')]);
  });

  it('is compared for every entity of the product', () => {
    const source = join(import.meta.dirname, '../apps/api/src');
    const declared = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.entity.ts'))
      .flatMap((path) => [...readFileSync(join(source, path), 'utf8').matchAll(/^export class (\w+)/gm)])
      .map(([, name]) => name);
    expect(entities.map(({ name }) => name).sort()).toEqual(declared.sort());
  });

  it('holds envelopes in every column that is listed as sealed, in rows with a uuid for an id', async () => {
    const dataSource = await openDataSource({ ...database.settings, entities, log: SILENT });
    const isSealable = ({ table, column, isPassing }: SealedColumn) => {
      const columns = dataSource.entityMetadatas.find(({ tableName }) => tableName === table)?.columns ?? [];
      const typeOf = (name: string) => columns.find(({ databaseName }) => databaseName === name)?.type;
      return typeOf(column) === 'bytea' && (isPassing ?? typeOf('id') === 'uuid');
    };
    expect(Object.values<SealedColumn>(SEALED_COLUMNS).filter((column) => !isSealable(column))).toEqual([]);
    expect(isSealable({ purpose: 'p', table: 'api_keys', column: 'name' })).toBe(false);
    expect(isSealable({ purpose: 'p', table: 'master_keys', column: 'check_value' })).toBe(false);
    await dataSource.destroy();
  });
});
