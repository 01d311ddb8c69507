/**
 * Counts whether every use that was answered is recorded exactly once, wherever uses are counted.
 *
 *     npm run usage:exactness                              60 s of each, as below
 *     npm run usage:exactness -- --seconds 5               a short form
 *     npm run usage:exactness -- --only kills              those whose name has this in it
 *
 * Many users verify keys in parallel, good ones and others: at one instance and at three that share a PostgreSQL; while
 * instances are killed with SIGKILL every --kill-every (3) seconds; and while PostgreSQL is stopped for a third of the
 * time. Afterwards the answers that the users remember, the events, the sums of the counts by the minute and by the hour
 * and `usage_count` must be the same number. A request that was told no verdict, because its server was killed (0) or
 * answered 503, may be recorded or not; how many there were and how many are recorded is printed. Without PostgreSQL on this machine its part is skipped.
 * Ends with "N passed, N failed, N skipped"; the exit code is 1 when a number differed.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../support/free-port.js';
import { PostgresProcess } from '../support/postgres-process.js';
import { seededRandom } from '../support/seeded-random.js';
import { readBooks } from './usage/books.js';
import { House } from './usage/house.js';
import { Users } from './usage/users.js';

interface Scenario {
  readonly name: string;
  readonly instances: number;
  readonly isOnServer: boolean;
  /** What happens while keys are used; it is over when it resolves. */
  readonly meanwhile: (house: House) => Promise<string>;
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    users: { type: 'string', default: '24' },
    'kill-every': { type: 'string', default: '3' },
    seed: { type: 'string', default: String(randomBytes(4).readUInt32LE()) },
    only: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds);
const users = Number(values.users);
const random = seededRandom(Number(values.seed));
const postgres = PostgresProcess.isInstalled ? PostgresProcess.start(await freePort()) : null;

const scenarios: Scenario[] = [
  { name: 'one instance, embedded', instances: 1, isOnServer: false, meanwhile: peace },
  { name: 'one instance, PostgreSQL', instances: 1, isOnServer: true, meanwhile: peace },
  { name: 'three instances, PostgreSQL', instances: 3, isOnServer: true, meanwhile: peace },
  { name: 'kills of one instance, embedded', instances: 1, isOnServer: false, meanwhile: kills },
  { name: 'kills of three instances, PostgreSQL', instances: 3, isOnServer: true, meanwhile: kills },
  { name: 'PostgreSQL away, three instances', instances: 3, isOnServer: true, meanwhile: outage },
];
const tally = { passed: 0, failed: 0, skipped: 0 };
console.log(`${seconds} s each, ${users} users, seed ${values.seed}`);
for (const scenario of scenarios.filter(({ name }) => name.includes(values.only))) tally[await play(scenario)] += 1;
await postgres?.stop();
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function play({ name, instances, isOnServer, meanwhile }: Scenario): Promise<keyof typeof tally> {
  if (isOnServer && postgres === null) {
    console.log(`${name}: skipped, PostgreSQL is not installed`);
    return 'skipped';
  }
  const databaseUrl = isOnServer && postgres ? await postgres.createDatabase('akm_exactness') : null;
  const house = await House.open(instances, databaseUrl);
  const crowd = new Users(await house.keys(), random);
  crowd.start(house.urls, Math.ceil(users / instances));
  const what = await meanwhile(house);
  await crowd.stop();
  const left = await house.close();
  const { counts, unansweredKept, faults } = await readBooks(crowd, databaseUrl, house.dataDir);
  if (left.length > 0) faults.push(`left in the spools: ${left.join(', ')}`);
  const answered = crowd.count(({ isAnswered }) => isAnswered);
  const others = crowd.count(({ isAnswered }) => !isAnswered);
  console.log(
    `${name}${what}: ${answered} answered ${JSON.stringify(crowd.byStatus)}, of ${others} others ${unansweredKept} recorded` +
      `; events ${counts.events}, by the minute ${counts.minutes}, by the hour ${counts.hours}; ` +
      `admitted ${counts.admitted}, usage_count ${counts.usage_count}: ${faults.length === 0 ? 'ok' : 'WRONG'}`,
  );
  for (const fault of faults) console.log(`    ${fault}`);
  if (faults.length > 0) console.log(house.output.slice(-5000));
  else house.remove();
  return faults.length === 0 ? 'passed' : 'failed';
}

async function peace(): Promise<string> {
  await pause(seconds * 1000);
  return '';
}

async function kills(house: House): Promise<string> {
  const deadline = performance.now() + seconds * 1000;
  let kills = 0;
  for (;;) {
    await pause(Number(values['kill-every']) * 1000);
    if (performance.now() >= deadline) break;
    if (await house.killOne(random)) kills += 1;
  }
  return `, ${kills} kills`;
}

async function outage(): Promise<string> {
  const third = (seconds * 1000) / 3;
  await pause(third);
  postgres?.halt();
  await pause(third);
  postgres?.resume();
  await pause(third);
  return `, ${Math.round(third / 1000)} s without it`;
}
