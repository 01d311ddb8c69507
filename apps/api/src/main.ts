import { executionAsyncResource } from 'node:async_hooks';
import { SystemClock } from '#domain';
import { createApp } from './app.setup.js';
import { FirstAdmin } from './auth/first-admin.js';
import { type Config, loadConfig } from './config/config.js';
import { ConfigurationError } from './config/env.js';
import { createLogger, PinoLogger } from './config/pino-logger.js';

// After a full collection with no tick pending, Node 20 to 24 run process.nextTick about five times slower for the rest
// of the process. One tick object kept alive prevents it.
let keptTick: object;
process.nextTick(() => (keptTick = executionAsyncResource()));
process.on('exit', () => keptTick);

/** EX_CONFIG of sysexits.h: a supervisor need not try again before somebody has changed something. */
const EXIT_CONFIGURATION = 78;

const config = configuration();
const logger = new PinoLogger(createLogger(config.log));

try {
  const { url, dataDir } = config.database;
  const app = await createApp({ config, clock: new SystemClock(), database: { url, dataDir }, logger });
  const admin = config.production ? null : await app.get(FirstAdmin).ensure();
  await app.listen(config.http.port, config.http.host);
  const address = (await app.getUrl()).replace(/\[::1?\]|127\.0\.0\.1|0\.0\.0\.0/, 'localhost');
  logger.log(`Listening on ${address}`, 'akm');
  if (admin) welcome(address, admin);
} catch (error) {
  if (error instanceof ConfigurationError) refuse(error);
  logger.fatal(error, 'akm');
  process.exitCode = 1;
  // Whatever was opened before the failure would keep the process alive.
  setTimeout(() => process.exit(1), 100);
}

function configuration(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return refuse(error);
  }
}

function refuse({ message }: ConfigurationError): never {
  process.stderr.write(`${message}\n`);
  process.exit(EXIT_CONFIGURATION);
}

/** To the terminal and not to the log: a log is kept, and this is a password. */
function welcome(address: string, { email, password }: { email: string; password: string }): void {
  process.stdout.write(`
  akm is running at  ${address}
  API explorer       ${address}/docs

  First admin        ${email}
  One-time password  ${password}
  (signs in once and is not shown again: change it right away)

`);
}
