/**
 * Takes a person out while their keys go on being used and the server is killed again and again, and looks for what is
 * left of them.
 *
 *     npm run erasure                                   the embedded database
 *     npm run erasure -- --keys 2000 --kills 10         more of both
 *     npm run erasure -- --database-url postgres://…    a server; the database should be an empty one
 *
 * The person signs in, fails to, changes names, makes keys and webhooks and is alerted of, and the server is ended with
 * SIGKILL while it is asked to erase them and while it does. Afterwards the erasure ends, the log verifies, and e-mail
 * addresses, names, addresses and agents are found neither in the rows of all tables, nor in a dump, nor in the files of
 * DATA_DIR, while the server runs and after it. Not looked into: the files of the database itself, which keep rows that
 * are gone until they are vacuumed, and what the server wrote to its output.
 * Takes a minute and a half, most of which is waiting for what may be on its way. Ends with "N passed, N failed, N
 * skipped", one for each place; the exit code is 1 when a trace was found.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../support/free-port.js';
import { runToEnd, type ServerOptions, ServerProcess } from '../support/server-process.js';
import { administrator, Life } from './erasure/life.js';
import { newTraces, tracesIn } from './erasure/traces.js';
import { dumpOf, filesUnder, type Part, rowsOf } from './secrets/places.js';

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '50' },
    kills: { type: 'string', default: '4' },
    'database-url': { type: 'string' },
  },
});
const databaseUrl = values['database-url'] ?? null;
const traces = newTraces(randomBytes(4).toString('hex'));
const dataDir = mkdtempSync(join(tmpdir(), 'akm-erasure-'));
const options: ServerOptions = {
  dataDir,
  env: {
    PORT: String(await freePort()),
    JWT_SECRET_KEY: randomBytes(48).toString('base64url'),
    MASTER_ENCRYPTION_KEY: randomBytes(48).toString('base64url'),
    ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
    REGISTRATION: 'open',
    TRUST_PROXY: '127.0.0.1',
    WEBHOOK_ALLOW_PRIVATE: 'true',
    LOG_LEVEL: 'warn',
    ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
  },
};
const FINISHED_MS_MAX = 300_000;
/** Files of the embedded database, and secrets of a start without any. */
const OF_THE_DATABASE = /^.*\/pgdata\//;
let [passed, failed] = [0, 0];

let server = await ServerProcess.start(options);
const admin = await administrator(server, options, databaseUrl !== null);
const life = await Life.live(server.url, traces, Number(values.keys));
await life.isInTheDatabase(admin);
await server.stop();
for (const { name, bytes } of await everyRow()) note(`before: ${name}`, tracesIn(bytes, traces), true);

server = await ServerProcess.start(options);
life.useKeys(server.url);
await pause(500);
await eraseAndKill(Number(values.kills));
await life.stopUsing();
console.log(`erased through ${values.kills} kills, with ${life.uses} uses of ${values.keys} keys meanwhile`);
await finished();
lookInto('DATA_DIR while the server runs', filesOfServer());
await server.stop();
lookInto('DATA_DIR after it', filesOfServer());
lookInto('rows of all tables', await everyRow());
const dump = databaseUrl === null ? null : dumpOf(databaseUrl);
if (dump) lookInto('a dump', [dump]);
const { exitCode, output } = await runToEnd('cli', ['audit', 'verify'], options);
check('the log verifies', exitCode === 0, output.trim().split('\n').slice(-3).join(' '));
if (failed === 0) rmSync(dataDir, { recursive: true });
else console.log(`the data: ${dataDir}`);
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;

/** Each time a little later: while it is asked for, and while it is done. */
async function eraseAndKill(kills: number): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    const asked = life.erase(admin);
    await pause(kill < kills / 2 ? 5 + 20 * kill : 400 * kill);
    await server.kill();
    await asked;
    server = await ServerProcess.start(options);
  }
  while ((await life.erase(admin)) !== 202) await pause(200);
}

async function finished(): Promise<void> {
  const asked = performance.now();
  for (;;) {
    const { finished_at: at, redacted } = await life.progress(admin);
    if (at !== null) {
      check('the erasure ends', true, `${String(redacted)} rows redacted`);
      return;
    }
    if (performance.now() - asked > FINISHED_MS_MAX) {
      check('the erasure ends', false, 'not within five minutes');
      return;
    }
    await pause(1_000);
  }
}

function filesOfServer(): Part[] {
  return filesUnder(dataDir).filter(({ name }) => !OF_THE_DATABASE.test(name));
}

async function everyRow(): Promise<Part[]> {
  const parts = await rowsOf(databaseUrl, dataDir);
  return [{ name: 'all tables', bytes: Buffer.concat(parts.map(({ bytes }) => bytes)) }, ...parts];
}

/** Everything of the person is to be found before, or nothing is proved by not finding it. */
function note(where: string, found: readonly string[], isAll: boolean): void {
  if (where !== 'before: all tables') return;
  const missing = Object.keys(traces).filter((name) => !found.some((trace) => trace.startsWith(name)));
  check(where, isAll && missing.length === 0, missing.length === 0 ? 'all traces' : `without ${missing.join(', ')}`);
}

function lookInto(place: string, parts: readonly Part[]): void {
  const found = parts.flatMap(({ name, bytes }) => tracesIn(bytes, traces).map((trace) => `${trace} in ${name}`));
  check(place, found.length === 0, found.length === 0 ? `${parts.length} parts, clean` : found.slice(0, 12).join('; '));
}

function check(what: string, holds: boolean, detail: string): void {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok' : 'FAILED'}  ${what}: ${detail}`);
}
