import { Column, type DataSource, Entity, PrimaryColumn } from 'typeorm';
import { openTestDatabase, SILENT, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from './data-source.js';

@Entity('marks')
class Mark {
  @PrimaryColumn({ type: 'integer' })
  id: number;

  @Column({ type: 'text' })
  text: string;
}

@Entity('broken')
class Broken {
  @Column({ type: 'text' })
  text: string;
}

describe('openDataSource', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = await openDataSource({ ...database.settings, entities: [Mark], log: SILENT });
    await dataSource.query('CREATE TABLE marks (id integer PRIMARY KEY, text text NOT NULL)');
  });
  beforeEach(() => dataSource.query('TRUNCATE marks'));
  afterAll(async () => {
    await dataSource.destroy();
    await database.close();
  });

  test('keeps exactly the rows of the transactions that committed, fifty at a time', async () => {
    const ids = Array.from({ length: 50 }, (_, id) => id);
    await Promise.all(
      ids.map((id) =>
        dataSource
          .transaction(async (manager) => {
            await manager.insert(Mark, { id, text: 'x' });
            if (id % 2 === 1) throw new Error('rolled back');
          })
          .catch(() => undefined),
      ),
    );
    const kept = await dataSource.getRepository(Mark).find({ order: { id: 'ASC' } });
    expect(kept.map(({ id }) => id)).toEqual(ids.filter((id) => id % 2 === 0));
  });

  test('names what is wrong with an entity, and gives the database back', async () => {
    await expect(openDataSource({ ...database.settings, entities: [Broken], log: SILENT })).rejects.toThrow('Broken');
  });
});
