import { DataSource } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import {
  embeddedConnection,
  migrationConnection,
  ROOM_FOR_BATCHES,
  SERVER_CONNECT_MS,
  serverConnection,
} from './connection-options.js';
import { type DatabaseLog, TypeormLog } from './database-log.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { MAINTENANCE, maintain } from './embedded/maintenance.js';
import { builtTemplate } from './embedded/template.js';
import { type DatabaseCheck, migrate } from './migrate.js';
import { migrations } from './migrations/index.js';
import { reachServer } from './reach-server.js';
import { inspectServer } from './server-inspection.js';
import type { StatementTime } from './statement-time.js';
import { guardTransactions } from './transaction-guard.js';

/** Which database, and how it is used. */
export interface DatabaseSettings {
  /** A PostgreSQL URL; null means the embedded database. */
  readonly url: string | null;
  /** The folder of the embedded database; null keeps it in memory. Not read when there is a URL. */
  readonly dataDir: string | null;
  /** A tar to start a new embedded database from; the one made by the build unless given. */
  readonly template?: string | null;
  /** Connections to a server; the embedded database always has one. */
  readonly poolSize?: number;
  /** On a server, other than usual for tests. */
  readonly statementTime?: StatementTime;
  /** Refuses a second connection inside a transaction. Always on embedded; at a server for tests. */
  readonly guardTransactions?: boolean;
  /** Looks at the migrated database before anything else does; what it throws leaves the database as it was. */
  readonly check?: DatabaseCheck;
}

export interface OpenDataSourceOptions extends DatabaseSettings {
  readonly entities?: PostgresDataSourceOptions['entities'];
  /** The product's own unless given. */
  readonly migrations?: PostgresDataSourceOptions['migrations'];
  readonly log: DatabaseLog;
  /** Told once when the embedded database died. Unless given, the process ends. */
  readonly onFatal?: (error: Error) => void;
}

/**
 * Opens the database, brings its schema up to date and returns it ready for use. `destroy()` closes everything,
 * the embedded PostgreSQL and its folder lock included.
 *
 * @throws StartRefusal when the database cannot or must not be used: server away, folder in use, newer schema, …
 */
export function openDataSource(options: OpenDataSourceOptions): Promise<DataSource> {
  return options.url === null ? openEmbedded(options) : openServer(options, options.url);
}

/** Connects to a server whose schema this process has brought up to date already, to store uses by the ten thousand. */
export function joinServer(
  url: string,
  { entities, poolSize, log }: Required<Pick<OpenDataSourceOptions, 'entities' | 'poolSize' | 'log'>>,
): Promise<DataSource> {
  return serverDataSource(url, { entities, poolSize, log }, ROOM_FOR_BATCHES).initialize();
}

function serverDataSource(
  url: string,
  {
    entities,
    poolSize,
    statementTime,
    log,
  }: Pick<OpenDataSourceOptions, 'entities' | 'poolSize' | 'statementTime' | 'log'>,
  settings?: string,
): DataSource {
  const connection = serverConnection(url, poolSize, statementTime, settings);
  return new DataSource({ ...connection, entities, logger: new TypeormLog(log) });
}

async function openServer(options: OpenDataSourceOptions, url: string): Promise<DataSource> {
  await reachServer(url, SERVER_CONNECT_MS);
  await migrate({ ...migrationConnection(url), migrations: options.migrations ?? migrations }, options.check);
  const dataSource = serverDataSource(url, options);
  if (options.guardTransactions) guardTransactions(dataSource);
  await dataSource.initialize();
  try {
    await inspectServer(dataSource, options.log.warn.bind(options.log));
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

async function openEmbedded(options: OpenDataSourceOptions): Promise<DataSource> {
  const database = await EmbeddedPostgres.open({
    directory: options.dataDir,
    template: options.template === undefined ? builtTemplate() : options.template,
    onFatal: options.onFatal ?? dieOf(options.log),
  });
  const connection = embeddedConnection(database);
  try {
    await migrate({ ...connection, migrations: options.migrations ?? migrations }, options.check);
    const dataSource = new EmbeddedDataSource({ ...connection, entities: options.entities }, database, options.log);
    guardTransactions(dataSource);
    return await dataSource.initialize();
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Owns the PostgreSQL behind it. */
class EmbeddedDataSource extends DataSource {
  readonly #database: EmbeddedPostgres;
  readonly #log: DatabaseLog;
  #stopMaintenance: () => Promise<void> = () => Promise.resolve();

  constructor(options: PostgresDataSourceOptions, database: EmbeddedPostgres, log: DatabaseLog) {
    super({ ...options, logger: new TypeormLog(log) });
    this.#database = database;
    this.#log = log;
  }

  override async initialize(): Promise<this> {
    await super.initialize();
    this.#stopMaintenance = maintain(this, MAINTENANCE, this.#log.warn.bind(this.#log));
    return this;
  }

  override async destroy(): Promise<void> {
    await this.#stopMaintenance();
    await super.destroy();
    await this.#database.close();
  }
}

/** EX_SOFTWARE. What was acknowledged is on disk; the next start replays it, and nothing good comes of going on. */
const EXIT_CODE = 70;

function dieOf(log: DatabaseLog) {
  return (error: Error) => {
    log.error(`${error.message}. The process ends now; start it again to recover.`);
    process.exit(EXIT_CODE);
  };
}
