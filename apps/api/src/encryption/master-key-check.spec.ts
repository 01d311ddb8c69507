import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ManualClock, masterKeyOf, sealEnvelope } from '#domain';
import { openTestDatabase, SILENT, type TestDatabase } from '../../../../test/support/test-database.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { openDataSource } from '../database/data-source.js';
import { masterKeyCheck } from './master-key-check.js';

const A = 'the first master key, at least 32 bytes long';
const B = 'the second master key, at least 32 bytes long';
const ID = '01930000-0000-7000-8000-000000000001';

describe('a start', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = await openDataSource({ ...database.settings, log: SILENT });
  });
  beforeEach(() => dataSource.query('TRUNCATE master_keys'));
  afterAll(async () => {
    await dataSource.destroy();
    await database.close();
  });

  const clock = new ManualClock(0);
  const rows = () => dataSource.query<{ id: string; check_value: Buffer }[]>('SELECT * FROM master_keys ORDER BY id');
  const start = (...secrets: string[]) =>
    dataSource.transaction(({ queryRunner }) => {
      if (!queryRunner) throw new Error('a transaction without a query runner');
      return masterKeyCheck(secrets, clock)(queryRunner);
    });
  const refusal = async (...secrets: string[]) => {
    const before = await rows();
    const error: unknown = await start(...secrets).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(await rows()).toEqual(before);
    if (!(error instanceof ConfigurationError)) throw new Error('the start was not refused');
    for (const secret of [A, B]) expect(error.message).not.toContain(secret);
    return error.message;
  };

  it('remembers its key the first time, and starts with it again', async () => {
    await start(A);
    const first = await rows();
    expect(first.map(({ id }) => id)).toEqual([masterKeyOf(A).id]);
    await start(A);
    expect(await rows()).toEqual(first);
  });

  it('is refused with another key, a cut one included, and writes nothing', async () => {
    await start(A);
    for (const wrong of [B, A.slice(0, -1), `${A} `]) {
      expect(await refusal(wrong)).toContain(`lacks the key with the id ${masterKeyOf(A).id}`);
    }
  });

  it('takes a new key in front of the former one, and needs both from then on', async () => {
    await start(A);
    await start(B, A);
    await start(A, B);
    expect((await rows()).length).toBe(2);
    expect(await refusal(B)).toContain(masterKeyOf(A).id);
    expect(await refusal(A)).toContain(masterKeyOf(B).id);
  });

  it('gives a key that is only allowed to open no part in the database', async () => {
    await start(A, B);
    expect((await rows()).map(({ id }) => id)).toEqual([masterKeyOf(A).id]);
    await start(A);
  });

  it('is refused without a key that only a value remembers', async () => {
    await start(A);
    const place = { table: 'webhook_secrets', column: 'sealed', rowId: ID };
    const sealed = sealEnvelope(masterKeyOf(B), { purpose: 'webhook_secret', place }, Buffer.from('x'), randomBytes);
    await dataSource.query(
      `INSERT INTO webhook_endpoints VALUES ($1, NULL, 'https://example.com', '{}', 'own', now(), now())`,
      [ID],
    );
    await dataSource.query('INSERT INTO webhook_secrets VALUES ($1, $1, $2, now(), NULL)', [ID, sealed]);
    expect(await refusal(A)).toContain(`lacks the key with the id ${masterKeyOf(B).id}`);
    await start(A, B);
    await dataSource.query('DELETE FROM webhook_endpoints');
    await start(A);
  });

  it('is refused when the check value was changed', async () => {
    await start(A);
    await dataSource.query(
      'UPDATE master_keys SET check_value = set_byte(check_value, 40, 255 - get_byte(check_value, 40))',
    );
    expect(await refusal(A)).toContain('was changed by hand');
    await dataSource.query('UPDATE master_keys SET check_value = $1', [randomBytes(56)]);
    expect(await refusal(A)).toContain('was changed by hand');
  });
});
