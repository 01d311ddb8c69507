import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { migrationConnection } from '../../apps/api/src/database/connection-options.js';
import type { DatabaseSettings } from '../../apps/api/src/database/data-source.js';
import type { DatabaseLog } from '../../apps/api/src/database/database-log.js';
import { createTemplate } from '../../apps/api/src/database/embedded/create-template.js';
import { migrate } from '../../apps/api/src/database/migrate.js';
import { migrations } from '../../apps/api/src/database/migrations/index.js';

/** For what opens a database and says nothing worth reading while it does. */
export const SILENT: DatabaseLog = { warn: () => undefined, error: () => undefined };

/** An empty database with every migration applied. */
export interface TestDatabase {
  /** For `openDataSource`, `DatabaseModule.forRoot` or a data source of the test's own. */
  readonly settings: DatabaseSettings;
  /** To be called after everything that uses it has been closed. */
  close(): Promise<void>;
}

/**
 * The embedded database in memory, or, when TEST_DATABASE_URL names a server's maintenance database, a fresh database
 * on that server. Either is made from a template in about half a second; the template is made once per change of the
 * migrations.
 * @param options.outlivesProcess keeps the embedded database in a folder, so that it can be closed and opened again.
 */
export async function openTestDatabase({ outlivesProcess = false } = {}): Promise<TestDatabase> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  if (serverUrl) return openOnServer(serverUrl);
  if (outlivesProcess) return openInFolder();
  return {
    settings: { url: null, dataDir: null, template: await testTemplate(), guardTransactions: true },
    close: () => Promise.resolve(),
  };
}

/** Empties every table but the list of migrations: a few milliseconds, between two tests. */
export async function truncateAll(dataSource: DataSource): Promise<void> {
  const [tables] = await dataSource.query<{ names: string | null }[]>(`
    SELECT string_agg(format('%I', tablename), ', ') AS names
      FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('migrations', 'audit_tree')`);
  if (!tables?.names) return;
  await dataSource.query(`TRUNCATE ${tables.names} RESTART IDENTITY CASCADE`);
  await dataSource.query(`UPDATE audit_tree SET size = 0, frontier = ''`);
}

/** Path of a tar with today's migrations applied, made when there is none yet. */
export async function testTemplate(): Promise<string> {
  const file = join(ROOT, 'node_modules/.cache/akm', `template-${fingerprint()}.tar`);
  if (!existsSync(file)) await createTemplate(file, 'none');
  return file;
}

const ROOT = join(import.meta.dirname, '../..');

/** Changes with the migrations and with the PostgreSQL that holds them. */
function fingerprint(): string {
  const folder = join(ROOT, 'apps/api/src/database/migrations');
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'node_modules/@electric-sql/pglite/package.json')));
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

async function openInFolder(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'akm-database-'));
  return {
    settings: { url: null, dataDir, template: await testTemplate(), guardTransactions: true },
    close: () => {
      rmSync(dataDir, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function openOnServer(serverUrl: string): Promise<TestDatabase> {
  const template = `akm_template_${fingerprint()}`;
  await onServer(serverUrl, async (client) => {
    // Every worker of the run asks for the template at once; the first one makes it.
    await client.query('SELECT pg_advisory_lock(7)');
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) {
      await client.query(`DROP DATABASE IF EXISTS ${template}_draft`);
      await client.query(`CREATE DATABASE ${template}_draft`);
      await migrate({ ...migrationConnection(withDatabase(serverUrl, `${template}_draft`)), migrations });
      await client.query(`ALTER DATABASE ${template}_draft RENAME TO ${template}`);
    }
  });
  const name = `akm_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    settings: { url: withDatabase(serverUrl, name), dataDir: null, poolSize: 5, guardTransactions: true },
    close: async () => {
      await onServer(serverUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
