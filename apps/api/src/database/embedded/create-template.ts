import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { embeddedConnection } from '../connection-options.js';
import { migrate } from '../migrate.js';
import { migrations } from '../migrations/index.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

/**
 * Writes a data folder with every migration applied to `file`, whole or not at all. A first start that unpacks it
 * takes a second and 300 MB at its peak; initdb and the migrations take three and 850 MB.
 */
export async function createTemplate(file: string, compression: 'none' | 'gzip'): Promise<void> {
  let failure: Error | undefined;
  const database = await EmbeddedPostgres.open({
    directory: null,
    template: null,
    onFatal: (error) => {
      failure = error;
    },
  });
  try {
    await migrate({ ...embeddedConnection(database), migrations });
    const tar = await database.dump(compression);
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, tar);
    renameSync(draft, file);
  } finally {
    if (failure === undefined) await database.close();
  }
}
