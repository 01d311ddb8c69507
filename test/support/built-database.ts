import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import { repositoryRoot } from './server-process.js';

interface DataSourceFile {
  openDataSource: (options: { url: string | null; dataDir: string; log: Console }) => Promise<DataSource>;
  joinServer: (url: string, options: { entities: []; poolSize: number; log: Console }) => Promise<DataSource>;
}

/** The product's own way in, from the build: the embedded database has no other, and admits nobody beside a server. */
export async function openBuiltDatabase(url: string | null, dataDir: string): Promise<DataSource> {
  const { openDataSource } = await builtFile();
  return openDataSource({ url, dataDir, log: console });
}

/** The same as the thread has it that stores uses, which on a server has connections of its own. */
export async function openBuiltStorage(url: string | null, dataDir: string): Promise<DataSource> {
  const opened = await openBuiltDatabase(url, dataDir);
  if (url === null) return opened;
  await opened.destroy();
  return (await builtFile()).joinServer(url, { entities: [], poolSize: 2, log: console });
}

async function builtFile(): Promise<DataSourceFile> {
  const file = join(repositoryRoot(), 'dist/apps/api/src/database/data-source.js');
  return (await import(pathToFileURL(file).href)) as DataSourceFile;
}
