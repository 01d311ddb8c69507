// Writes rows through the built product until it is killed, and prints every id that was acknowledged.
//     node writer.mjs FOLDER FIRST_ID [FLAG]
// With FLAG it is started with --import ./failing-disk.mjs and creates that file after a few rows: the disk then fails.
import { writeFileSync, writeSync } from 'node:fs';

const built = new URL('../../../dist/apps/api/src/database/data-source.js', import.meta.url);
const { openDataSource } = await import(built.href);
const [folder, firstId, flag] = process.argv.slice(2);
const ROWS_BEFORE_FAILURE = 10;

const dataSource = await openDataSource({ url: null, dataDir: folder, log: console });
await dataSource.query('CREATE TABLE IF NOT EXISTS marks (id integer PRIMARY KEY)');
for (let id = Number(firstId); ; id += 1) {
  if (flag && id === ROWS_BEFORE_FAILURE) writeFileSync(flag, '');
  await dataSource.query('INSERT INTO marks VALUES ($1)', [id]);
  // Not console.log, which may still be in a buffer when the process dies.
  writeSync(1, `${id}\n`);
}
