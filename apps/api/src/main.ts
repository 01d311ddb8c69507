import { executionAsyncResource } from 'node:async_hooks';
import { DataSource } from 'typeorm';
import { SystemClock } from '#domain';
import { createApp } from './app.setup.js';
import { FirstAdmin } from './auth/first-admin.js';
import { type Config, loadConfig } from './config/config.js';
import { BackgroundThread } from './jobs/background-thread.js';
import { createLogger, PinoLogger } from './config/pino-logger.js';
import { SealedStart } from './log-tree/log-standing.js';
import { startSealedServer } from './sealed-server.js';
import { startFailure } from './start-failure.js';
import { stopOnSignal } from './stop-on-signal.js';
import { noAccountYet, welcome } from './welcome.js';

// After a full collection with no tick pending, Node 20 to 24 run process.nextTick about five times slower for the rest
// of the process. One tick object kept alive prevents it.
let keptTick: object;
process.nextTick(() => (keptTick = executionAsyncResource()));
process.on('exit', () => keptTick);

const CLOSE_MS_MAX = 2_000;

const config = configuration();
const logger = new PinoLogger(createLogger(config.log));
// Before akm serves there is nothing to drain.
let close = () => Promise.resolve();
stopOnSignal(process, () => close(), logger);

try {
  const { url, dataDir } = config.database;
  // The embedded database has one connection, and who stores uses is not who else uses it: there it is one thread.
  const thread =
    url === null
      ? null
      : new BackgroundThread(new URL('./background.js', import.meta.url), {
          // Whether this is a terminal is not to be seen from there.
          logFormat: config.log.format,
        });
  const app = await createApp({ config, clock: new SystemClock(), database: { url, dataDir }, logger, thread });
  close = () => app.get(DataSource).destroy();
  const firstAdmin = app.get(FirstAdmin);
  const isNew = await firstAdmin.isWanted();
  await app.listen(config.http.port, config.http.host);
  close = async () => {
    await app.close();
    await thread?.close();
  };
  const address = (await app.getUrl()).replace(/\[::1?\]|127\.0\.0\.1|0\.0\.0\.0/, 'localhost');
  logger.log(`Listening on ${address}`, 'akm');
  // Made only once the port is ours: a password that nobody is shown would lock everybody out.
  const admin = isNew && config.isSelfContained ? await firstAdmin.ensure() : null;
  if (admin) process.stdout.write(welcome(address, admin));
  else if (isNew) logger.warn(noAccountYet(url), 'akm');
} catch (error) {
  if (error instanceof SealedStart) await serveSealed(error).catch(fail);
  else await fail(error);
}

/** Says why to everybody who asks, until somebody ends it. */
async function serveSealed(sealed: SealedStart): Promise<void> {
  logger.error(sealed.message, 'akm');
  const server = await startSealedServer(config.http, sealed.standing);
  close = async () => {
    await server.close();
  };
}

async function fail(error: unknown): Promise<void> {
  const failure = startFailure(error, config.database.dataDir);
  if (failure) process.stderr.write(`${failure.message}\n`);
  else logger.fatal(error, 'akm');
  process.exitCode = failure?.exitCode ?? 1;
  // The database bears being left in the middle of anything; closing it gives its folder back sooner.
  setTimeout(() => process.exit(), CLOSE_MS_MAX);
  await close().catch(() => undefined);
  process.exit();
}

function configuration(): Config {
  try {
    return loadConfig();
  } catch (error) {
    const failure = startFailure(error, '');
    if (!failure) throw error;
    process.stderr.write(`${failure.message}\n`);
    return process.exit(failure.exitCode);
  }
}
