import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ManualClock, masterKeyOf } from '#domain';
import { createApp } from '../../../apps/api/src/app.setup.js';
import { Config } from '../../../apps/api/src/config/config.js';
import { ConfigurationError } from '../../../apps/api/src/config/configuration-error.js';
import { parseEnv } from '../../../apps/api/src/config/env.js';
import { openDataSource } from '../../../apps/api/src/database/data-source.js';
import { migrations } from '../../../apps/api/src/database/migrations/index.js';
import { masterKeyCheck } from '../../../apps/api/src/encryption/master-key-check.js';
import { SILENT, testTemplate } from '../../support/test-database.js';

class Later9999999999999 implements MigrationInterface {
  name = 'Later9999999999999';
  up = (runner: QueryRunner) => runner.query('CREATE TABLE later (id integer)');
  down = (runner: QueryRunner) => runner.query('DROP TABLE later');
}

const secret = () => randomBytes(32).toString('base64url');
const RIGHT = secret();
const clock = new ManualClock(0);

let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-start-'));
  await (await app(RIGHT)).close();
});
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

async function app(...masterEncryption: string[]) {
  const config = new Config(parseEnv({ NODE_ENV: 'test', DATA_DIR: dataDir }), { jwt: [secret()], masterEncryption });
  const database = { url: null, dataDir, template: await testTemplate() };
  const nest = await createApp({ config, clock, database, logger: false });
  return nest.init();
}

const contents = async () => {
  const dataSource = await openDataSource({ url: null, dataDir, log: SILENT });
  try {
    return {
      tables: await dataSource.query<unknown[]>(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
      ),
      keys: await dataSource.query<{ id: string }[]>('SELECT id FROM master_keys'),
      migrations: await dataSource.query<unknown[]>('SELECT name FROM migrations ORDER BY 1'),
    };
  } finally {
    await dataSource.destroy();
  }
};

it('ends before anything is served when the master key is another one, and leaves the database as it was', async () => {
  const before = await contents();
  const wrong = secret();
  const refused = await app(wrong).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(ConfigurationError);
  expect(String(refused)).toContain(`lacks the key with the id ${masterKeyOf(RIGHT).id}`);
  for (const key of [wrong, RIGHT]) expect(String(refused)).not.toContain(key);
  expect(await contents()).toEqual(before);
});

it('does not even migrate the database for a wrong key', async () => {
  const before = await contents();
  const upgrade = openDataSource({
    url: null,
    dataDir,
    log: SILENT,
    migrations: [...migrations, Later9999999999999],
    check: masterKeyCheck([secret()], clock),
  });
  await expect(upgrade).rejects.toBeInstanceOf(ConfigurationError);
  expect(await contents()).toEqual(before);
});

it('goes on with the right key, also behind a new one', async () => {
  const renewed = await app(secret(), RIGHT);
  await renewed.close();
  expect((await contents()).keys.length).toBe(2);
});
