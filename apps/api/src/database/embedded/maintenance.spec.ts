import type { DataSource } from 'typeorm';
import { SILENT, testTemplate } from '../../../../../test/support/test-database.js';
import { openDataSource } from '../data-source.js';
import { analyze, checkpointer, maintain, vacuum } from './maintenance.js';

describe('the embedded database is looked after', () => {
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await openDataSource({ url: null, dataDir: null, template: await testTemplate(), log: SILENT });
    await dataSource.query('CREATE TABLE marks (id integer)');
  });
  afterAll(() => dataSource.destroy());

  const checkpoints = async () => {
    const [row] = await dataSource.query<{ redo: string }[]>(
      'SELECT redo_lsn::text AS redo FROM pg_control_checkpoint()',
    );
    return row?.redo;
  };

  it('checkpoints what was written since the last time, and nothing when nothing was', async () => {
    const checkpoint = checkpointer(dataSource);
    await dataSource.query('INSERT INTO marks VALUES (1)');
    const first = await checkpoints();
    await checkpoint();
    const second = await checkpoints();
    expect(second).not.toBe(first);
    await checkpoint();
    expect(await checkpoints()).toBe(second);
    await dataSource.query('INSERT INTO marks VALUES (2)');
    await checkpoint();
    expect(await checkpoints()).not.toBe(second);
  });

  it('counts a table anew when it has doubled, and not when it has grown a little', async () => {
    const known = async () => {
      const [row] = await dataSource.query<{ rows: number }[]>(
        `SELECT reltuples::integer AS rows FROM pg_class WHERE relname = 'grown'`,
      );
      return row?.rows;
    };
    await dataSource.query('CREATE TABLE grown AS SELECT generate_series(1, 4000) AS id');
    await analyze(dataSource);
    expect(await known()).toBe(4000);
    await dataSource.query('INSERT INTO grown SELECT generate_series(1, 1000)');
    await analyze(dataSource);
    expect(await known()).toBe(4000);
    await dataSource.query('INSERT INTO grown SELECT generate_series(1, 7000)');
    await analyze(dataSource);
    expect(await known()).toBe(12_000);
  });

  it('vacuums and analyses a table of which much has changed', async () => {
    await dataSource.query('INSERT INTO marks SELECT generate_series(1, 5000)');
    await dataSource.query('DELETE FROM marks');
    await dataSource.query('INSERT INTO marks SELECT generate_series(1, 3000)');
    await vacuum(dataSource);
    const [statistics] = await dataSource.query<object[]>(
      `SELECT reltuples::int AS rows, (SELECT count(*)::int FROM pg_stats WHERE tablename = 'marks') AS columns
         FROM pg_class WHERE relname = 'marks'`,
    );
    expect(statistics).toEqual({ rows: 3000, columns: 1 });
  });

  it('reports what fails, goes on, and stops when told', async () => {
    jest.useFakeTimers();
    try {
      const warnings: string[] = [];
      const broken = { query: () => Promise.reject(new Error('disk full')) } as unknown as DataSource;
      const stop = maintain(broken, { checkpointMs: 10, analyzeMs: 1_000_000, vacuumMs: 1_000_000 }, (text) =>
        warnings.push(text),
      );
      await jest.advanceTimersByTimeAsync(20);
      await stop();
      await jest.advanceTimersByTimeAsync(100);
      expect(warnings).toEqual(Array(2).fill('Maintenance of the embedded database failed: Error: disk full'));
    } finally {
      jest.useRealTimers();
    }
  });
});
