import type { DataSource } from 'typeorm';
import { StartRefusal } from '../config/start-refusal.js';

const OLDEST_MAJOR = 15;

interface ServerFacts {
  readonly version: number;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly full_page_writes: string;
}

/**
 * Warns when the server may lose what it has acknowledged.
 *
 * @throws StartRefusal on a server that is too old.
 */
export async function inspectServer(dataSource: DataSource, warn: (message: string) => void): Promise<void> {
  const [facts] = await dataSource.query<ServerFacts[]>(`
    SELECT current_setting('server_version_num')::integer AS version,
           current_setting('fsync') AS fsync,
           current_setting('synchronous_commit') AS synchronous_commit,
           current_setting('full_page_writes') AS full_page_writes`);
  if (facts === undefined) throw new Error('The PostgreSQL server did not say what it is');
  const major = Math.floor(facts.version / 10_000);
  if (major < OLDEST_MAJOR)
    throw new StartRefusal(`PostgreSQL ${major} is too old: akm needs ${OLDEST_MAJOR} or newer`);
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes'] as const) {
    if (facts[setting] !== 'off') continue;
    warn(
      `DATA LOSS AHEAD: this PostgreSQL server runs with ${setting}=off. A crash there loses changes that akm has ` +
        `answered for, and a revoked key may come back to life. Set ${setting}=on.`,
    );
  }
}
