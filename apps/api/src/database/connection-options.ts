import type { DataSource } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { TypeormLog } from './database-log.js';
import type { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { REQUEST_TIME, type StatementTime, TimedClient } from './statement-time.js';
import { guardedDriver } from './transaction-guard.js';
import { UncopiedClient } from './uncopied-client.js';

/** What is the same at both backends. */
const COMMON = {
  type: 'postgres' as const,
  driver: guardedDriver,
  applicationName: 'akm',
  synchronize: false,
  installExtensions: false,
  logger: new TypeormLog(),
} satisfies PostgresDataSourceOptions;

/** A request that finds the one connection busy for so long is refused. */
const EMBEDDED_QUEUE_MS = 10_000;

/** One connection, for the migrations and for the product alike. */
export function embeddedConnection(database: EmbeddedPostgres): PostgresDataSourceOptions {
  const extra = { ...database.clientOptions, Client: UncopiedClient };
  return { ...COMMON, poolSize: 1, connectTimeoutMS: EMBEDDED_QUEUE_MS, extra };
}

/**
 * Without compiling statements just in time: PostgreSQL decides that by costs it estimates, which are high for whatever
 * may look into each day of the log, and then compiles for a second what takes it three milliseconds to run.
 */
const SETTINGS = '-c jit=off';

/**
 * For the thread that stores uses: ten thousand of them are six megabytes, which PostgreSQL would otherwise write to a file
 * and read back between two steps of one statement.
 */
export const ROOM_FOR_BATCHES = '-c work_mem=32MB';

export const SERVER_CONNECT_MS = 5_000;
const POOL_SIZE = 10;

/** Limits that keep one transaction from holding everybody's rows, in milliseconds. */
const LIMITS = { lock_timeout: 4_000, idle_in_transaction_session_timeout: 15_000 };

/**
 * Connections to a server. `sslmode` and the other parameters of the URL are understood by `pg`.
 * @param settings more of them, as in `postgres -c name=value`.
 */
export function serverConnection(
  url: string,
  poolSize: number = POOL_SIZE,
  { statementMs, silenceMs }: StatementTime = REQUEST_TIME,
  settings = '',
): PostgresDataSourceOptions {
  const limits = { ...LIMITS, statement_timeout: statementMs, silenceMs };
  const options = `${SETTINGS} ${settings}`;
  return { ...server(url, poolSize), extra: { keepAlive: true, options, Client: TimedClient, ...limits } };
}

/** Where a data source of akm connects to; null: the embedded database. For connections beside its pool. */
export function serverUrlOf({ options }: DataSource): string | null {
  return (options as PostgresDataSourceOptions).url ?? null;
}

/** The same without limits: a migration takes as long as the table is large. */
export function migrationConnection(url: string): PostgresDataSourceOptions {
  return { ...server(url, 1), extra: { keepAlive: true } };
}

function server(url: string, poolSize: number): PostgresDataSourceOptions {
  return { ...COMMON, url, poolSize, connectTimeoutMS: SERVER_CONNECT_MS };
}
