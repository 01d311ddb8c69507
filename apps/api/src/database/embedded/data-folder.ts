import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefusal } from '../../config/start-refusal.js';

/** The PostgreSQL that this release embeds. A data folder opens under its own major only. */
export const EMBEDDED_MAJOR = '18';

/** Creates the folder when missing and closes it to other users: it holds password hashes and digests. */
export function claimFolder(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
}

/**
 * Makes sure that `directory` holds an initialised PostgreSQL folder and returns its path. A new one is written beside
 * its place, synced as a whole and only then renamed, so a crash in the middle leaves nothing that looks like a database.
 *
 * @param initialise writes a fresh folder at the given path and closes it.
 * @throws StartRefusal when the folder belongs to another PostgreSQL major.
 */
export async function preparePgdata(directory: string, initialise: (pgdata: string) => Promise<void>): Promise<string> {
  const pgdata = join(directory, 'pgdata');
  if (existsSync(pgdata)) {
    assertMajor(pgdata);
    return pgdata;
  }
  const draft = join(directory, 'pgdata.new');
  rmSync(draft, { recursive: true, force: true });
  await initialise(draft);
  await syncTree(draft);
  renameSync(draft, pgdata);
  await sync(directory);
  return pgdata;
}

function assertMajor(pgdata: string): void {
  const found = readFileSync(join(pgdata, 'PG_VERSION'), 'utf8').trim();
  if (found === EMBEDDED_MAJOR) return;
  throw new StartRefusal(
    `${pgdata} was written by PostgreSQL ${found} and this release embeds PostgreSQL ${EMBEDDED_MAJOR}. ` +
      `Nothing was changed. Dump it with the release that wrote it and restore the dump here.`,
  );
}

/** The files of a folder at once: a file system commits them together. */
async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  await Promise.all(files.map(({ name }) => sync(join(directory, name))));
  for (const entry of entries) if (entry.isDirectory()) await syncTree(join(directory, entry.name));
  await sync(directory);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
