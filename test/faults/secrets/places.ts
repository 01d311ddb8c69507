import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openBuiltDatabase } from '../../support/built-database.js';

/** Somewhere a secret could lie. */
export interface Place {
  readonly name: string;
  readonly parts: readonly Part[];
  /** What must be found, or the search looked at the wrong thing. */
  readonly mark: string;
  /** Kinds of secrets that belong there. */
  readonly holds?: RegExp;
}

export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

const FILE_BYTES_MAX = 1 << 30;
/** Where Debian keeps what is not in everybody's path. */
const POSTGRES_BIN = '/usr/lib/postgresql';

/** Every row of every table as text, binary columns in hex: what is compressed on the disk is not here. */
export async function rowsOf(databaseUrl: string | null, dataDir: string): Promise<Part[]> {
  const database = await openBuiltDatabase(databaseUrl, dataDir);
  try {
    const tables = await database.query<{ name: string }[]>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const parts: Part[] = [];
    for (const { name } of tables) {
      const rows = await database.query<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`);
      parts.push({ name, bytes: Buffer.from(rows.map(({ row }) => row).join('\n')) });
    }
    return parts;
  } finally {
    await database.destroy();
  }
}

/** What an operator would take away as a backup; null where there is no pg_dump. */
export function dumpOf(databaseUrl: string): Part | null {
  const { stdout, status } = spawnSync(pgDump(), ['--no-owner', databaseUrl], { maxBuffer: FILE_BYTES_MAX });
  return status === 0 ? { name: 'pg_dump', bytes: stdout } : null;
}

/** The bytes of all files under a folder as they lie there, changed at or after a moment. */
export function filesUnder(folder: string, leaveOut: readonly string[] = [], sinceMs = 0): Part[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.mtimeMs < sinceMs || leaveOut.includes(name)) return [];
    if (stat.size > FILE_BYTES_MAX) throw new Error(`${path} is too large to be searched`);
    return [{ name: path, bytes: readFileSync(path) }];
  });
}

/** What everybody on the machine with the right to look sees of a process. */
export function processFacts(pid: number): Part[] {
  return ['environ', 'cmdline'].map((name) => {
    const path = `/proc/${pid}/${name}`;
    return { name: path, bytes: existsSync(path) ? readFileSync(path) : Buffer.alloc(0) };
  });
}

export function text(name: string, parts: readonly string[]): Part[] {
  return [{ name, bytes: Buffer.from(parts.join('\n')) }];
}

function pgDump(): string {
  const versions = existsSync(POSTGRES_BIN) ? readdirSync(POSTGRES_BIN) : [];
  const installed = versions
    .map((version) => join(POSTGRES_BIN, version, 'bin/pg_dump'))
    .filter((path) => existsSync(path));
  return installed.at(-1) ?? 'pg_dump';
}
