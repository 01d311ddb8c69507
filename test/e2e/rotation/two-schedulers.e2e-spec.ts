import { JobLock } from '../../../apps/api/src/jobs/job-lock.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { storyOf, typesOfEvents } from './story-of.js';

const DAY_MS = 86_400_000;
/** Of each kind, so that two schedulers meet at one of them. */
const KEYS = 8;

const SERVER = process.env.TEST_DATABASE_URL ?? '';
/** What the room looks after. */
const JOBS = ['warn_of_expiry', 'expire_keys', 'end_grace_periods', 'rotate_due_keys', 'remind_of_pickups'];

let app: TestApp;
/** On a server another instance. The embedded database belongs to one process, which then has two schedulers. */
let twin: TestApp | undefined;
let schedulers: Jobs[];
let owner: Person;
let start: number;
beforeAll(async () => {
  app = await TestApp.start(SERVER === '' ? {} : { DATABASE_URL: SERVER }, { canRestart: true });
  twin = SERVER === '' ? undefined : await app.another();
  schedulers = schedulersOf();
  owner = await app.person();
  start = app.clock.now();
});
afterAll(async () => {
  await twin?.stop();
  await app.stop();
});

function schedulersOf(): Jobs[] {
  const jobs = app.nest.get(Jobs);
  if (twin) return [jobs, twin.nest.get(Jobs)];
  const second = new Jobs(app.dataSource, app.nest.get(JobLock), app.clock);
  for (const job of jobs.all) second.add(job);
  return [jobs, second];
}

/**
 * Both schedulers look at once: on two days of four as they always do, on the others past the lock, as one does that was
 * frozen and goes on when its lock is long gone.
 */
async function pass(day: number): Promise<void> {
  app.clock.advance(DAY_MS);
  if (day % 4 < 2) {
    await Promise.all(schedulers.map((jobs) => jobs.runDue()));
    return;
  }
  const running = schedulers.flatMap((jobs) => jobs.all.filter(({ name }) => JOBS.includes(name)));
  const results = await Promise.all(running.map((job) => job.run(app.clock.now())));
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
}

const RUN_TWICE = 'SELECT name, started_at FROM job_runs GROUP BY 1, 2 HAVING count(*) > 1';
const storiesOf = (ids: readonly string[]) => Promise.all(ids.map((id) => storyOf(app.dataSource, id, start)));
const eventsOf = (ids: readonly string[]) => Promise.all(ids.map((id) => typesOfEvents(app.dataSource, id)));
const each = <T>(story: T) => Array.from({ length: KEYS }, () => story);

async function keys(body: Record<string, unknown>): Promise<string[]> {
  const made: string[] = [];
  while (made.length < KEYS) made.push((await app.key(owner, body)).id);
  return made;
}

it('give each warning, expiry, end of a grace and rotation of 120 days once and on its day, through two restarts', async () => {
  const quarterly = await keys({ expires_in_days: 90 });
  const byHand = await keys({ never_expires: true });
  const unclaimed = await keys({ never_expires: true, rotation: { every_days: 30, grace_hours: 48 } });
  const claimed = await keys({ expires_in_days: 91, rotation: { every_days: 30, grace_hours: 168 } });
  for (const id of byHand) {
    await app.call('POST', `/api/v1/keys/${id}/rotate`, { as: owner.token, body: { grace_period_hours: 48 } });
  }
  for (let day = 1; day <= 120; day++) {
    await pass(day);
    if (day === 31 || day === 61) {
      const { token } = await app.signedIn(owner);
      for (const id of claimed) {
        expect((await app.call('POST', `/api/v1/keys/${id}/pickup`, { as: token })).status).toBe(200);
      }
    }
    if (day === 41) await app.restart();
    if (day === 89) await (twin ?? app).restart();
    if (day === 41 || day === 89) schedulers = schedulersOf();
  }
  const errors = await app.dataSource.query<object[]>('SELECT name, error FROM job_runs WHERE error IS NOT NULL');
  expect(errors).toEqual([]);
  // In one process there is no lock between the two.
  if (twin) expect(await app.dataSource.query<object[]>(RUN_TWICE)).toEqual([]);
  expect(await storiesOf(quarterly)).toEqual(
    each([
      ['key_expiry_warning', 60, 30],
      ['key_expiry_warning', 76, 14],
      ['key_expiry_warning', 83, 7],
      ['key_expiry_warning', 89, 1],
      ['key_auto_expired', 90, null],
    ]),
  );
  expect(await eventsOf(quarterly)).toEqual(
    each(['key.created', 'key.expiring', 'key.expiring', 'key.expiring', 'key.expiring', 'key.expired']),
  );
  expect(await storiesOf(byHand)).toEqual(each([['key_rotation_completed', 2, null]]));
  const unclaimedMonth = (day: number) => [
    ['key_auto_rotated', day, null],
    ['key_pickup_reminder', day + 1, null],
    ['key_pickup_reminder', day + 2, null],
    ['key_rotation_completed', day + 2, null],
  ];
  expect(await storiesOf(unclaimed)).toEqual(
    each([...[30, 60, 90].flatMap(unclaimedMonth), ['key_auto_rotated', 120, null]]),
  );
  expect(await eventsOf(unclaimed)).toEqual(each(['key.created', ...Array.from({ length: 10 }, () => 'key.rotated')]));
  expect(await storiesOf(claimed)).toEqual(
    each([
      ['key_auto_rotated', 30, null],
      ['key_rotation_completed', 37, null],
      ['key_auto_rotated', 60, null],
      ['key_expiry_warning', 61, 30],
      ['key_rotation_completed', 67, null],
      ['key_expiry_warning', 77, 14],
      ['key_expiry_warning', 84, 7],
      ['key_auto_rotated', 90, null],
      ['key_expiry_warning', 90, 1],
      ['key_auto_expired', 91, null],
      ['key_rotation_completed', 91, null],
    ]),
  );
}, 300_000);
