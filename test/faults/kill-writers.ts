/**
 * Kills the server in the middle of parallel writers, restarts it, and counts what was lost.
 *
 *     npm run faults                                      20 rounds on the embedded database
 *     npm run faults -- --rounds 200 --seed 7             more, and the same moments again
 *     npm run faults -- --database-url postgres://…       on a server; the database should be an empty one
 *
 * Every round makes a new account, lets --writers (50) create, rotate and revoke keys over HTTP, ends the server with
 * SIGKILL after two to ten acknowledged changes a writer, and compares the restarted server with the writers' ledger:
 * every acknowledged change is there, none is half done, each has exactly one audit row, a revoked key is refused. After
 * the last round all of them are compared once more, and the tables are read. The data folder is kept when something is wrong.
 * Ends with "N passed, N failed, N skipped"; the exit code is 1 when a round failed.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ApiClient } from '../support/api-client.js';
import { seededRandom } from '../support/seeded-random.js';
import { type ServerOptions, ServerProcess } from '../support/server-process.js';
import { type KeyAccount, Ledger } from './ledger.js';
import { compare } from './oracle.js';
import { findContradictions } from './stored-rows.js';
import { write } from './writer.js';

interface Round {
  client: ApiClient;
  accounts: readonly KeyAccount[];
}

const FAULTS_SHOWN = 10;
const CHANGES_A_WRITER = { min: 2, max: 10 };
/** A server that is too slow for that is killed all the same. */
const KILL_AFTER_MS_MAX = 20_000;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    writers: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(randomBytes(4).readUInt32LE()) },
    'database-url': { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const writers = Number(values.writers);
const seed = Number(values.seed);
const databaseUrl = values['database-url'] ?? null;
const random = seededRandom(seed);

const dataDir = mkdtempSync(join(tmpdir(), 'akm-faults-'));
const options: ServerOptions = {
  dataDir,
  env: {
    JWT_SECRET_KEY: randomBytes(48).toString('base64url'),
    MASTER_ENCRYPTION_KEY: randomBytes(48).toString('base64url'),
    ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
    REGISTRATION: 'open',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
    ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
  },
};

console.log(`${rounds} kills under ${writers} writers, ${databaseUrl ? 'PostgreSQL' : 'embedded'}, seed ${seed}`);
const done: Round[] = [];
let failed = 0;
let server = await ServerProcess.start(options);
for (let round = 1; round <= rounds; round++) {
  const client = await ApiClient.register(server.url, `faults_${seed}_${round}`);
  const ledger = await Ledger.open(join(dataDir, 'ledger.jsonl'));
  const answers = await writeUntilKilled(client, ledger, round);
  await ledger.close();

  server = await ServerProcess.start(options);
  for (const earlier of [...done, { client }]) earlier.client.url = server.url;
  const { faults, applied } = await compare(ledger.accounts, client);
  const { create, rotate, revoke } = ledger.acknowledged;
  const inDoubt = ledger.accounts.filter((account) => account.inDoubt !== null).length;
  report(
    `round ${round}/${rounds}: ${create} created, ${rotate} rotated, ${revoke} revoked; ${inDoubt} in doubt, ${applied} of them made; ` +
      `ready again after ${Math.round(server.startMs)} ms`,
    [...answers, ...faults],
  );
  done.push({ client, accounts: ledger.accounts });
}
const late: string[] = [];
for (const { client, accounts } of done) late.push(...(await compare(accounts, client)).faults);
report('all rounds once more', late);
await server.stop();
report('the tables themselves', await findContradictions(databaseUrl, dataDir));
if (failed === 0) rmSync(dataDir, { recursive: true });
else console.log(`seed ${seed}, ledger and data: ${dataDir}`);
console.log(`${rounds + 2 - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;

/** Returns what the server answered that it should not have, before it was killed. */
async function writeUntilKilled(client: ApiClient, ledger: Ledger, round: number): Promise<string[]> {
  let killed = false;
  const running = Array.from({ length: writers }, (_, writer) =>
    write(client, ledger, `r${round}-w${writer}`, seededRandom(seed + round * writers + writer), () => killed),
  );
  const { min, max } = CHANGES_A_WRITER;
  const changes = writers * (min + random() * (max - min));
  const deadline = performance.now() + KILL_AFTER_MS_MAX;
  while (ledger.total < changes && performance.now() < deadline) await pause(random() * 10);
  killed = true;
  await server.kill();
  return (await Promise.all(running)).filter((answer) => answer !== null);
}

function report(line: string, faults: readonly string[]): void {
  console.log(`${line}: ${faults.length === 0 ? 'ok' : `${faults.length} FAULTS`}`);
  for (const fault of faults.slice(0, FAULTS_SHOWN)) console.log(`    ${fault}`);
  if (faults.length > 0) failed++;
}
