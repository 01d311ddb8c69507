import type { DataSource } from 'typeorm';

/** How often the embedded database is looked after; at a server PostgreSQL does it itself. */
export interface MaintenanceIntervals {
  readonly checkpointMs: number;
  readonly analyzeMs: number;
  readonly vacuumMs: number;
}

export const MAINTENANCE: MaintenanceIntervals = { checkpointMs: 60_000, analyzeMs: 60_000, vacuumMs: 600_000 };

/**
 * Supplies what single-user PostgreSQL lacks: a checkpointer, without which the write-ahead log grows until the next
 * start, and autovacuum, without which dead rows stay and the planner knows nothing of the tables.
 *
 * @returns a function that stops it and resolves when nothing of it runs any more.
 */
export function maintain(
  dataSource: DataSource,
  intervals: MaintenanceIntervals,
  warn: (message: string) => void,
): () => Promise<void> {
  const checkpoint = checkpointer(dataSource);
  let running: Promise<void> = Promise.resolve();
  const schedule = (work: () => Promise<void>, everyMs: number) =>
    setInterval(() => {
      running = running.then(work).catch((error: unknown) => {
        warn(`Maintenance of the embedded database failed: ${String(error)}`);
      });
    }, everyMs).unref();

  const timers = [
    schedule(checkpoint, intervals.checkpointMs),
    schedule(() => analyze(dataSource), intervals.analyzeMs),
    schedule(() => vacuum(dataSource), intervals.vacuumMs),
  ];
  return async () => {
    timers.forEach(clearInterval);
    await running;
  };
}

/** Checkpoints only after a write, so that an idle product leaves the disk alone. */
export function checkpointer(dataSource: DataSource): () => Promise<void> {
  let seen: string | null = null;
  const position = async () => {
    const [row] = await dataSource.query<{ position: string }[]>(
      'SELECT pg_current_wal_insert_lsn()::text AS position',
    );
    return row?.position ?? null;
  };
  return async () => {
    if ((await position()) === seen) return;
    await dataSource.query('CHECKPOINT');
    seen = await position();
  };
}

/**
 * Counts every table anew that has doubled since it was counted last: until then, the planner believes that there is next
 * to nothing in it, and reads all of it for whatever is asked. That is soon after a start with many keys, and then less
 * and less often.
 */
export async function analyze(dataSource: DataSource): Promise<void> {
  const grown = await tablesWhere(dataSource, 'n_mod_since_analyze > 1000 + n_live_tup / 2');
  for (const name of grown) await dataSource.query(`ANALYZE ${name}`);
}

/** Vacuums and analyses every table of which a tenth has changed since the last time, as autovacuum would. */
export async function vacuum(dataSource: DataSource): Promise<void> {
  const changed = 'greatest(n_dead_tup, n_mod_since_analyze, n_ins_since_vacuum) > 1000 + n_live_tup / 10';
  for (const name of await tablesWhere(dataSource, changed)) await dataSource.query(`VACUUM (ANALYZE) ${name}`);
}

async function tablesWhere(dataSource: DataSource, condition: string): Promise<string[]> {
  // A session reports what it changed about once a second; the only session reports now.
  await dataSource.query('SELECT pg_stat_force_next_flush()');
  const tables = await dataSource.query<{ name: string }[]>(`
    SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables WHERE ${condition} ORDER BY relid`);
  return tables.map(({ name }) => name);
}
