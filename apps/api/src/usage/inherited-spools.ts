import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryLock } from '../database/embedded/directory-lock.js';
import { SpoolFolder } from './spool-folder.js';

/** The spools in `root` that processes left behind, each held for as long as `work` runs on it. */
export async function forEachInherited(root: string, work: (folder: SpoolFolder) => Promise<void>): Promise<void> {
  for (const folder of await spoolsIn(root)) {
    // A spool is given its first segment after its lock: without one it has nothing, or is being made right now.
    const starts = await folder.starts();
    if (starts.length === 0) continue;
    const lock = await DirectoryLock.acquire(folder.path, () => undefined).catch(() => null);
    if (lock === null) continue;
    try {
      await work(folder);
    } finally {
      lock.release();
    }
  }
}

export async function spoolsIn(root: string): Promise<SpoolFolder[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => new SpoolFolder(join(root, name)));
}
