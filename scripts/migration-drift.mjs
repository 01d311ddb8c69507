// `npm run migration:check`: applies the migrations to an empty database in memory and fails when the entities would
// still change it. test/schema.spec.ts asks the same of the sources; this is for the built product, with the SQL.
import './build-if-stale.mjs';

// TypeORM reads the catalogue with several queries at once on one client, which pg announces to be the past.
process.noDeprecation = true;

const { openDataSource } = await import('../dist/apps/api/src/database/data-source.js');
const { entities } = await import('../dist/ormconfig.js');

const dataSource = await openDataSource({ url: null, dataDir: null, entities, log: console });
const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
await dataSource.destroy();

if (upQueries.length === 0) console.log('The entities and the migrations agree.');
else {
  console.error('The entities and the migrations disagree. TypeORM would run:');
  for (const { query } of upQueries) console.error(`  ${query}`);
  process.exitCode = 1;
}
