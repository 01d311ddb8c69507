import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import { repositoryRoot } from './server-process.js';

interface DataSourceFile {
  openDataSource: (options: { url: string | null; dataDir: string; log: Console }) => Promise<DataSource>;
}

/** The product's own way in, from the build: the embedded database has no other, and admits nobody beside a server. */
export async function openBuiltDatabase(url: string | null, dataDir: string): Promise<DataSource> {
  const file = pathToFileURL(join(repositoryRoot(), 'dist/apps/api/src/database/data-source.js')).href;
  const { openDataSource } = (await import(file)) as DataSourceFile;
  return openDataSource({ url, dataDir, log: console });
}
