import type { DataSource } from 'typeorm';

/** How often the embedded database is looked after; at a server PostgreSQL does it itself. */
export interface MaintenanceIntervals {
  readonly checkpointMs: number;
  readonly vacuumMs: number;
}

export const MAINTENANCE: MaintenanceIntervals = { checkpointMs: 60_000, vacuumMs: 600_000 };

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

  const timers = [schedule(checkpoint, intervals.checkpointMs), schedule(() => vacuum(dataSource), intervals.vacuumMs)];
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

/** Vacuums and analyses every table of which a tenth has changed since the last time, as autovacuum would. */
export async function vacuum(dataSource: DataSource): Promise<void> {
  // A session reports what it changed about once a second; the only session reports now.
  await dataSource.query('SELECT pg_stat_force_next_flush()');
  const tables = await dataSource.query<{ name: string }[]>(`
    SELECT format('%I.%I', schemaname, relname) AS name
      FROM pg_stat_user_tables
     WHERE greatest(n_dead_tup, n_mod_since_analyze, n_ins_since_vacuum) > 1000 + n_live_tup / 10
     ORDER BY relid`);
  for (const { name } of tables) await dataSource.query(`VACUUM (ANALYZE) ${name}`);
}
