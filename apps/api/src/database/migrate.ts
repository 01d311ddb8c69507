import { DataSource, type DataSourceOptions, MigrationExecutor, type QueryRunner } from 'typeorm';
import { StartRefusal } from '../config/start-refusal.js';

/** Whether this database may be used. It runs in the transaction of the migrations, one instance at a time. */
export type DatabaseCheck = (runner: QueryRunner) => Promise<void>;

/** Any number that no other program on the server locks: "akm" in ASCII. */
const MIGRATION_LOCK = 0x61_6b_6d;

/**
 * Applies the pending migrations, all in one transaction: an upgrade happens or does not, and the release that served
 * before finds its schema untouched. Several instances may call it at once on one server: one applies, the others wait
 * and then find nothing to do; the lock goes with the transaction, even when its holder is killed.
 *
 * It uses a connection of its own, free of the limits on statement time that the product's connections have.
 *
 * @param check looks at the migrated database before the commit: what it throws undoes everything, and is thrown on.
 * @throws StartRefusal when the database knows migrations of a newer release.
 */
export async function migrate(options: DataSourceOptions, check?: DatabaseCheck): Promise<void> {
  const dataSource = await new DataSource(options).initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(`SET LOCAL statement_timeout = 0`);
    await runner.query(`SET LOCAL idle_in_transaction_session_timeout = 0`);
    await runner.query(`SET LOCAL lock_timeout = 0`);
    await runner.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    // A change of a table that waits for its readers makes every later reader wait behind it: give up soon instead.
    await runner.query(`SET LOCAL lock_timeout = '15s'`);
    const executor = new MigrationExecutor(dataSource, runner);
    await refuseDowngrade(dataSource, executor);
    await executor.executePendingMigrations();
    await check?.(runner);
    await runner.commitTransaction();
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

async function refuseDowngrade(dataSource: DataSource, executor: MigrationExecutor): Promise<void> {
  const known = new Set(dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name));
  const unknown = (await executor.getExecutedMigrations()).filter(({ name }) => !known.has(name));
  if (unknown.length === 0) return;
  throw new StartRefusal(
    `This database was migrated by a newer release (${unknown.map(({ name }) => name).join(', ')}). ` +
      `Nothing was changed. Start that release, or restore a backup made before the upgrade.`,
  );
}
