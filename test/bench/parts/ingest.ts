import { ingestSpeed } from '../ingest.js';
import { rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import type { Part } from './part.js';

const WANTED = 0.5;

export const ingest: Part = {
  name: 'ingest',
  about: 'How fast do recorded uses get into the database, beside a bare COPY of the same rows?',
  run: async (stage) => {
    const databaseUrl = await stage.database('ingest');
    const rows = [await measured(stage, 'embedded', null)];
    if (databaseUrl !== null) rows.push(await measured(stage, 'PostgreSQL', databaseUrl));
    stage.report.table('rows a second, over one connection', rows);
  },
};

async function measured({ options }: Stage, database: string, url: string | null) {
  const { ingested, copied, copiedBare } = await ingestSpeed(url, options.rounds);
  return {
    database,
    ingest: rounded(ingested),
    COPY: rounded(copied),
    'of COPY': rounded(ingested / copied, 2),
    wanted: WANTED,
    'COPY without an index': rounded(copiedBare),
    'of that': rounded(ingested / copiedBare, 2),
  };
}
