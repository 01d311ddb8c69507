import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from './server-process.js';

export interface Database {
  query<Row>(sql: string): Promise<Row[]>;
  destroy(): Promise<void>;
}

interface DataSourceFile {
  openDataSource: (options: { url: string | null; dataDir: string; log: Console }) => Promise<Database>;
}

/** The product's own way in, from the build: the embedded database has no other, and admits nobody beside a server. */
export async function openBuiltDatabase(url: string | null, dataDir: string): Promise<Database> {
  const file = pathToFileURL(join(repositoryRoot(), 'dist/apps/api/src/database/data-source.js')).href;
  const { openDataSource } = (await import(file)) as DataSourceFile;
  return openDataSource({ url, dataDir, log: console });
}
