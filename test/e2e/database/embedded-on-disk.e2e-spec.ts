import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { testTemplate } from '../../support/test-database.js';
import { EmbeddedPostgres } from '../../../apps/api/src/database/embedded/embedded-postgres.js';

// Several starts of PostgreSQL in a test, on a machine that runs other tests at the same time.
jest.setTimeout(60_000);

describe('EmbeddedPostgres on disk', () => {
  let root: string;
  let folder: string;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'akm-embedded-'));
    folder = join(root, 'first');
    await using((client) => client.query('SELECT FROM migrations'));
    cpSync(folder, join(root, 'started'), { recursive: true });
  });
  beforeEach((): void => {
    folder = mkdtempSync(join(root, 'data-'));
    cpSync(join(root, 'started'), folder, { recursive: true });
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  const open = async () =>
    EmbeddedPostgres.open({
      directory: folder,
      template: await testTemplate(),
      onFatal: (error) => {
        throw error;
      },
    });

  async function using<T>(work: (client: pg.Client, database: EmbeddedPostgres) => Promise<T>): Promise<T> {
    const database = await open();
    try {
      const client = new pg.Client(database.clientOptions);
      await client.connect();
      try {
        return await work(client, database);
      } finally {
        await client.end();
      }
    } finally {
      await database.close();
    }
  }

  it('finds its rows again', async () => {
    await using((client) => client.query('CREATE TABLE marks AS SELECT generate_series(1, 1000) AS id'));
    const { rows } = await using((client) => client.query('SELECT count(*)::int AS count FROM marks'));
    expect(rows).toEqual([{ count: 1000 }]);
  });

  it('syncs the disk for every commit and for no read', async () => {
    await using(async (client, database) => {
      await client.query('CREATE TABLE marks (id integer)');
      await client.query('SELECT * FROM marks');
      const before = await database.fsyncs();
      for (let id = 0; id < 10; id += 1) await client.query('SELECT * FROM marks');
      expect(await database.fsyncs()).toBe(before);
      for (let id = 0; id < 10; id += 1) await client.query('INSERT INTO marks VALUES ($1)', [id]);
      expect(await database.fsyncs()).toBeGreaterThanOrEqual(before + 10);
    });
  });

  it('keeps the folder from other users of the machine, even one that was open to them', async () => {
    chmodSync(folder, 0o755);
    await using(() => Promise.resolve());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('admits one process at a time', async () => {
    await using(async () => {
      await expect(open()).rejects.toThrow(`in use by process ${process.pid}`);
    });
    await using(() => Promise.resolve());
  });

  it('starts over when the first start was cut short', async () => {
    rmSync(join(folder, 'pgdata'), { recursive: true });
    mkdirSync(join(folder, 'pgdata.new/base'), { recursive: true });
    writeFileSync(join(folder, 'pgdata.new/PG_VERSION'), '18\n');
    await using((client) => client.query('SELECT FROM migrations'));
    expect(existsSync(join(folder, 'pgdata.new'))).toBe(false);
  });

  it('refuses a folder of another PostgreSQL major, leaves it alone and gives the lock back', async () => {
    const version = join(folder, 'pgdata/PG_VERSION');
    expect(readFileSync(version, 'utf8')).toBe('18\n');
    writeFileSync(version, '17\n');
    await expect(open()).rejects.toThrow('was written by PostgreSQL 17 and this release embeds PostgreSQL 18');
    await expect(open()).rejects.toThrow('was written by PostgreSQL 17');
  });

  it('refuses statements once it is closed', async () => {
    const database = await open();
    await database.close();
    await expect(database.turn(Buffer.alloc(5))).rejects.toThrow('closed');
  });
});
