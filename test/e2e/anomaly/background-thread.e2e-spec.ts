import '../../support/e2e-timeout.js';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { LocalScoring } from '../../../apps/api/src/anomaly/scoring.js';
import { BACKGROUND_ENTITIES, BackgroundModule } from '../../../apps/api/src/background.module.js';
import { Config } from '../../../apps/api/src/config/config.js';
import { serverUrlOf } from '../../../apps/api/src/database/connection-options.js';
import { joinServer } from '../../../apps/api/src/database/data-source.js';
import { ApiClient } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { ServerProcess } from '../../support/server-process.js';
import { TestApp } from '../../support/test-app.js';
import { openTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { BEHIND_A_PROXY, type Told } from './history.js';
import { Cast, logged, steal, switchOn, told } from './theft.js';

/** Of each thread of a process, as Linux tells it. */
function nicenesses(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [, fields = ''] = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ');
    return Number(fields.split(' ')[16]);
  });
}

async function usesIn(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ uses: number }>('SELECT count(*)::integer AS uses FROM usage_events');
  await client.end();
  return rows[0]?.uses ?? 0;
}

const SILENT = { warn: () => undefined, error: () => undefined };
const describeOnServer = process.env.TEST_DATABASE_URL ? describe : describe.skip;

describeOnServer('what the background thread is made of', () => {
  const app = TestApp.forTests(BEHIND_A_PROXY);
  const cast = new Cast(() => app);
  let dataSource: DataSource;
  let background: INestApplicationContext;
  beforeAll(async () => {
    await cast.begin();
    const url = serverUrlOf(app.dataSource) ?? '';
    dataSource = await joinServer(url, { entities: BACKGROUND_ENTITIES, poolSize: 1, log: SILENT });
    const module = BackgroundModule.forRoot(app.nest.get(Config), app.clock, dataSource);
    background = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  });
  afterAll(async () => {
    await background.close();
    await dataSource.destroy();
  });

  it('suspends a stolen key, puts it on record and tells of it, and the first thread refuses the key', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await steal(app, secret, false);
    await app.ingest();
    while (await background.get(LocalScoring).uses(1000));

    expect(await cast.alertAbout(id)).toMatchObject({ severity: 'critical', action_taken: 'suspended' });
    expect(await logged(app, 'api_key_suspended', id)).toHaveLength(1);
    expect(await told(app, 'key.disabled', id)).toHaveLength(1);
    await eventually('the key is refused', async () => {
      const { status } = await app.call('GET', '/api/v1/protected/test', { key: secret });
      return status !== 200;
    });
  });
});

describeOnServer('a server with a background thread', () => {
  let database: TestDatabase;
  let dataDir: string;
  beforeAll(async () => {
    database = await openTestDatabase();
    dataDir = mkdtempSync(join(tmpdir(), 'akm-e2e-'));
  });
  afterAll(async () => {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('counts uses and notices them by itself, and has stored all of them when it ends', async () => {
    const env = {
      DATABASE_URL: database.settings.url ?? '',
      JWT_SECRET_KEY: randomBytes(48).toString('base64url'),
      MASTER_ENCRYPTION_KEY: randomBytes(48).toString('base64url'),
      REGISTRATION: 'open',
    };
    const server = await ServerProcess.start({ dataDir, env });
    const owner = await ApiClient.register(server.url, 'owner');
    const [used, revoked] = await Promise.all(
      ['used', 'revoked'].map((name) => owner.expect(201, 'POST', '/api/v1/keys', { name })),
    );
    const keyOf = (key: Record<string, unknown> = {}) => ({ id: String(key['id']), secret: String(key['api_key']) });
    const verify = (secret: string) => fetch(`${server.url}/api/v1/verify`, { headers: { 'x-api-key': secret } });
    const count = async () => (await owner.expect(200, 'GET', `/api/v1/keys/${keyOf(used).id}`))['usage_count'];
    await owner.expect(204, 'DELETE', `/api/v1/keys/${keyOf(revoked).id}`);
    for (const { secret } of [keyOf(used), keyOf(revoked), keyOf(used)]) await verify(secret);

    await eventually('both uses are counted', async () => (await count()) === 2);
    await eventually('the use of the revoked key is noticed', async () => {
      const { items } = (await owner.expect(200, 'GET', '/api/v1/anomalies')) as { items: Told[] };
      return items.some(({ api_key_id: id }) => id === keyOf(revoked).id);
    });
    expect(nicenesses(server.pid).filter((nice) => nice > 0)).toHaveLength(1);
    await verify(keyOf(used).secret);
    expect(await server.stop()).toBe(0);
    expect(await usesIn(env.DATABASE_URL)).toBe(4);
  });
});
