import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SystemClock } from '#domain';
import { LocalScoring, SCORE_SHAPES, SCORE_USES, type Scored, SETTLE_CHANGES } from './anomaly/scoring.js';
import { BACKGROUND_ENTITIES, BackgroundModule } from './background.module.js';
import { type Config, loadConfig } from './config/config.js';
import { createLogger, PinoLogger } from './config/pino-logger.js';
import { joinServer } from './database/data-source.js';
import { EventOutbox } from './events/event-outbox.js';
import { performing, serveTasks } from './jobs/task.js';
import { SpoolFolder } from './usage/spool-folder.js';
import { COUNT_STORED, END_SPOOL, SpoolStore, STORE_SPOOL } from './usage/spool-store.js';

// The program of the background thread: it stores uses in a database server, and looks at them.

/** Storing, counting, looking at uses, looking at shapes: mostly one connection each. */
const CONNECTIONS = 4;
/**
 * Behind the thread that answers requests where both have to share a core, with a quarter of it: more than storing what is
 * verified in the other three takes.
 */
const NICENESS = 5;

if (parentPort === null) throw new Error('background.js runs in a worker thread');
const config = loadConfig();
const { logFormat } = workerData as { logFormat: Config['log']['format'] };
const logger = new PinoLogger(createLogger({ ...config.log, format: logFormat }));
Logger.overrideLogger(logger);
if (process.platform === 'linux') stepBack();

const { url } = config.database;
if (url === null) throw new Error('The embedded database has one connection, which is not of this thread');
const dataSource = await joinServer(url, {
  entities: BACKGROUND_ENTITIES,
  poolSize: CONNECTIONS,
  log: new Logger('Database'),
});
const background = await NestFactory.createApplicationContext(
  BackgroundModule.forRoot(config, new SystemClock(), dataSource),
  { logger, abortOnError: false },
);
const store = background.get(SpoolStore);
const scoring = background.get(LocalScoring);
let hasEmitted = false;
background.get(EventOutbox).onCommitted(() => (hasEmitted = true));

serveTasks(
  parentPort,
  [
    performing(STORE_SPOOL, (path, end) => store.store(new SpoolFolder(path), end)),
    performing(COUNT_STORED, (ofOthers) => store.count(ofOthers)),
    performing(END_SPOOL, (path) => store.end(new SpoolFolder(path))),
    performing(SCORE_USES, (places) => scored(scoring.uses(places))),
    performing(SCORE_SHAPES, () => scored(scoring.shapes())),
    performing(SETTLE_CHANGES, () => scored(scoring.changes())),
  ],
  async () => {
    await background.close();
    await dataSource.destroy();
  },
);

async function scored(isMore: Promise<boolean>): Promise<Scored> {
  const more = await isMore;
  const emitted = hasEmitted;
  hasEmitted = false;
  return { isMore: more, hasEmitted: emitted };
}

/** What is done here is the same without it, and so it goes on where a sandbox forbids that. */
function stepBack(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICENESS);
  } catch (error) {
    logger.warn(`Storing and verifying share a core as equals: ${String(error)}`, 'BackgroundThread');
  }
}
