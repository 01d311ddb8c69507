/**
 * Sends requests that must not all succeed at the very same moment, and counts who won.
 *
 *     npm run races                                             20 rounds of each, 16 and 64 in parallel, embedded
 *     npm run races -- --rounds 1000 --parallel 16              longer
 *     npm run races -- --only "rotate x revoke"                 one of them
 *     npm run races -- --database-url postgres://…              on a server, two instances; the database should be an
 *                                                               empty one
 *
 * A round prepares something that can be used once, releases so many requests together over connections of their own,
 * and then compares the answers with the state and with the audit log: as many rows as winners, a key that was revoked
 * never verifies again, nobody is answered 5xx. `first admin password` starts a server of its own for each round
 * (embedded) or makes an administrator by the command line (on a server), and so runs one round in fifty.
 * Ends with "N passed, N failed, N skipped", a race at one width being one; the exit code is 1 when one failed.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Contest } from './contest.js';
import { idempotentCreation, idempotentRotation } from './contests/idempotency-key.js';
import { lastAdminDeactivation, lastAdminDemotion } from './contests/last-admin.js';
import { lastCredit } from './contests/last-credit.js';
import { firstAdminPassword, oneTimePassword } from './contests/one-time-password.js';
import { pickUp } from './contests/pick-up.js';
import { refreshToken } from './contests/refresh-token.js';
import { revokeEnable } from './contests/revocation.js';
import { rotateRevoke, rotateRotate } from './contests/rotation.js';
import { Instances } from './instances.js';
import { LASTING_PASSWORD, Scene, signIn } from './scene.js';

const CONTESTS = [
  refreshToken,
  pickUp,
  idempotentCreation,
  idempotentRotation,
  oneTimePassword,
  firstAdminPassword,
  rotateRotate,
  rotateRevoke,
  revokeEnable,
  lastCredit,
  lastAdminDemotion,
  lastAdminDeactivation,
];
const FAULTS_SHOWN = 5;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    parallel: { type: 'string', default: '16,64' },
    only: { type: 'string' },
    'database-url': { type: 'string' },
  },
});
const databaseUrl = values['database-url'] ?? null;
const chosen = CONTESTS.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name));
if (chosen.length === 0) throw new Error(`There is ${CONTESTS.map(({ name }) => `"${name}"`).join(', ')}`);

let passed = 0;
let failed = 0;
const instances = await Instances.start(databaseUrl);
const where = databaseUrl === null ? 'the embedded database' : `PostgreSQL, ${instances.urls.length} instances`;
console.log(`races on ${where}`);
const scene = new Scene(
  instances.urls,
  await signIn(instances.urls[0] ?? '', instances.firstAdmin, LASTING_PASSWORD),
  { startAnew, edit: (sql) => instances.edit(sql) },
  randomBytes(4).toString('hex'),
);
for (const parallel of values.parallel.split(',').map(Number)) {
  for (const contest of chosen) await run(contest, parallel);
}
scene.line.close();
report('no instance has logged an error', instances.errors);
await instances.stop();
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;

async function run(contest: Contest, parallel: number): Promise<void> {
  const rounds = Math.ceil(Number(values.rounds) / (contest.oneRoundIn ?? 1));
  const started = performance.now();
  const winners = new Map<string, number>();
  const faults: string[] = [];
  try {
    const course = await contest.open(scene, parallel, rounds);
    for (let round = 1; round <= rounds; round++) {
      const outcome = await course.round();
      winners.set(outcome.winners, (winners.get(outcome.winners) ?? 0) + 1);
      faults.push(...outcome.faults.map((fault) => `round ${round}: ${fault}`));
    }
    faults.push(...((await course.close?.()) ?? []));
  } catch (error) {
    faults.push(String(error));
  }
  const spread = [...winners].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind}: ${count} times`);
  const seconds = Math.round((performance.now() - started) / 1000);
  const line = `${contest.name}, ${parallel} parallel, ${rounds} rounds (${seconds} s); winners ${spread.join('; ')}`;
  report(line, faults);
}

function report(line: string, faults: readonly string[]): void {
  console.log(`${line}: ${faults.length} violations`);
  for (const fault of faults.slice(0, FAULTS_SHOWN)) console.log(`    ${fault}`);
  if (faults.length > 0) failed++;
  else passed++;
}

async function startAnew() {
  if (databaseUrl !== null)
    return { urls: instances.urls, person: await instances.anotherAdmin(), stop: () => Promise.resolve() };
  const fresh = await Instances.start(null);
  return { urls: fresh.urls, person: fresh.firstAdmin, stop: () => fresh.stop() };
}
