import pg, { type Client, type Connection } from 'pg';
import { testTemplate } from '../../../../../test/support/test-database.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

describe('pg over the embedded database', () => {
  let database: EmbeddedPostgres;
  let client: Client;

  beforeAll(async () => {
    database = await EmbeddedPostgres.open({ directory: null, template: await testTemplate(), onFatal: fail });
  });
  beforeEach(async () => {
    client = await connect();
    await client.query('CREATE TABLE marks (id integer PRIMARY KEY, text text NOT NULL)');
  });
  afterEach(async () => {
    await client.query('ROLLBACK');
    await client.query('DROP TABLE marks');
    await client.end();
  });
  afterAll(() => database.close());

  async function connect(): Promise<Client> {
    const connected = new pg.Client(database.clientOptions);
    await connected.connect();
    return connected;
  }
  const count = async () => {
    const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM marks');
    return rows[0]?.count;
  };

  describe('rows', () => {
    it.each([1_000, 65_536, 1_000_000, 8_000_000])('carries a text of %d bytes there and back', async (length) => {
      const text = 'é'.repeat(length / 2);
      const { rows } = await client.query<{ text: string }>('INSERT INTO marks VALUES (1, $1) RETURNING text', [text]);
      // Not toEqual: a difference of eight megabytes is nothing to print.
      expect(rows[0]?.text === text).toBe(true);
    });

    it('carries a result of a hundred thousand rows', async () => {
      const { rows } = await client.query('SELECT i, repeat(i::text, 3) AS text FROM generate_series(1, 100000) i');
      expect(rows.length).toBe(100_000);
      expect(rows[99_999]).toEqual({ i: 100_000, text: '100000100000100000' });
    });

    it('answers a prepared statement many times', async () => {
      for (let id = 0; id < 20; id += 1) {
        const { rows } = await client.query({ name: 'next', text: 'SELECT $1::int + 1 AS next', values: [id] });
        expect(rows).toEqual([{ next: id + 1 }]);
      }
    });
  });

  describe('a pipeline', () => {
    it('is answered in order, and a failure in the middle fails alone', async () => {
      const pipelined = new pg.Client({ ...database.clientOptions, pipeline: true });
      await client.end();
      await pipelined.connect();
      const answers = await Promise.allSettled(
        Array.from({ length: 500 }, (_, id) => pipelined.query('SELECT 100 / ($1::int - 250) AS part', [id])),
      );
      await pipelined.end();
      client = await connect();
      const failed = answers.flatMap((answer, id) => (answer.status === 'rejected' ? [id] : []));
      expect(failed).toEqual([250]);
      expect(answers[0]).toMatchObject({ value: { rows: [{ part: 0 }] } });
      expect(answers[499]).toMatchObject({ value: { rows: [{ part: 0 }] } });
      expect(answers[251]).toMatchObject({ value: { rows: [{ part: 100 }] } });
    });
  });

  describe('an error', () => {
    it.each<[string, string, unknown[], string]>([
      ['at parse', 'SELEC $1::int', [1], '42601'],
      ['at bind', 'SELECT $1::int', ['x'], '22P02'],
      ['at execute', 'SELECT 1 / $1::int', [0], '22012'],
    ])('%s of the extended protocol names its code and leaves the connection usable', async (_, sql, values, code) => {
      await expect(client.query(sql, values)).rejects.toMatchObject({ code });
      expect((await client.query('SELECT $1::int AS one', [1])).rows).toEqual([{ one: 1 }]);
    });

    it('aborts its transaction until the rollback', async () => {
      await client.query('BEGIN');
      await client.query("INSERT INTO marks VALUES (1, 'x')");
      await expect(client.query("INSERT INTO marks VALUES ($1, 'x')", [1])).rejects.toMatchObject({ code: '23505' });
      await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
      await client.query('ROLLBACK');
      expect(await count()).toBe(0);
    });
  });

  describe('notices and notifications', () => {
    it('arrive beside the answers', async () => {
      const heard: string[] = [];
      client.on('notice', (notice) => heard.push(`notice ${notice.message}`));
      client.on('notification', ({ payload }) => heard.push(`notification ${payload}`));
      await client.query('LISTEN marks');
      await client.query("DO $$ BEGIN RAISE NOTICE 'written'; END $$");
      await client.query("SELECT pg_notify('marks', 'changed')");
      expect(heard).toEqual(['notice written', 'notification changed']);
    });
  });

  describe('COPY', () => {
    it('takes rows from the client', async () => {
      const rows = Array.from({ length: 1_000 }, (_, id) => `${id}\t${'x'.repeat(200)}\n`);
      await copyIn(client, 'COPY marks FROM STDIN', rows);
      expect(await count()).toBe(1_000);
    });

    it('that fails names its code and leaves the connection usable', async () => {
      await expect(copyIn(client, 'COPY absent FROM STDIN', ['1\tone\n'])).rejects.toMatchObject({ code: '42P01' });
      await expect(copyIn(client, 'COPY marks FROM STDIN', ['x\tone\n'])).rejects.toMatchObject({ code: '22P02' });
      expect(await count()).toBe(0);
    });
  });

  describe('a disconnection', () => {
    it('rolls the open transaction back', async () => {
      await client.query('BEGIN');
      await client.query("INSERT INTO marks VALUES (1, 'x')");
      await client.end();
      client = await connect();
      expect(await count()).toBe(0);
    });

    it('in the middle of a failed transaction leaves nothing of it', async () => {
      await client.query('BEGIN');
      await client.query('SELECT 1 / 0').catch(() => undefined);
      await client.end();
      client = await connect();
      expect(await count()).toBe(0);
    });

    it('drops the settings, prepared statements and temporary tables of the session', async () => {
      await client.query("SET application_name = 'first'");
      await client.query({ name: 'mine', text: 'SELECT 1' });
      await client.query('CREATE TEMPORARY TABLE mine (id integer)');
      await client.end();
      client = await connect();
      const { rows } = await client.query(`
        SELECT current_setting('application_name') AS name, to_regclass('mine') AS table,
               (SELECT count(*)::int FROM pg_prepared_statements) AS statements`);
      expect(rows).toEqual([{ name: '', table: null, statements: 0 }]);
    });

    it('lets the next connection in, and not before', async () => {
      const second = connect();
      await client.query('BEGIN');
      await client.query("INSERT INTO marks VALUES (1, 'x')");
      await client.query('COMMIT');
      await client.end();
      client = await second;
      expect(await count()).toBe(1);
    });
  });
});

function fail(error: Error): void {
  throw error;
}

/** COPY through what `pg` offers to those who write their own query: no package for it is worth having for a test. */
function copyIn(client: Client, sql: string, rows: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection: Connection) => {
        connection.query(sql);
      },
      handleCopyInResponse: (connection: CopyConnection) => {
        for (const row of rows) connection.sendCopyFromChunk(Buffer.from(row));
        connection.endCopyFrom();
      },
      handleError: reject,
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => {
        resolve();
      },
    });
  });
}

interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}
