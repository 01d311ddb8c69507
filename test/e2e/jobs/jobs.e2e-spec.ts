import type { Job } from '../../../apps/api/src/jobs/job.js';
import { workThrough } from '../../../apps/api/src/jobs/job.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Person, TestApp } from '../../support/test-app.js';

const MINUTE_MS = 60_000;

const app = TestApp.forTests();
let admin: Person;
let jobs: Jobs;
let runs: number[];
beforeAll(async () => {
  admin = await app.person('admin');
  jobs = app.nest.get(Jobs);
  jobs.add(job('count', (now) => Promise.resolve(runs.push(now)).then(() => ({ items: 2, failures: [] }))));
  jobs.add(job('break', () => Promise.reject(new Error('it broke at "users"'))));
  jobs.add(
    job('skip_poison', () =>
      workThrough({
        read: () => Promise.resolve(['good', 'poison', 'good']),
        idOf: String,
        nameOf: String,
        settle: (item) => (item === 'poison' ? Promise.reject(new Error('bad row')) : Promise.resolve(true)),
      }),
    ),
  );
});
beforeEach(() => (runs = []));

function job(name: string, run: Job['run']): Job {
  return { name, everyMs: MINUTE_MS, run };
}

const listed = async () => {
  const { body } = await app.call<{ items: { name: string; last_run: object; next_run_at: string }[] }>(
    'GET',
    '/api/v1/jobs',
    {
      as: admin.token,
    },
  );
  return Object.fromEntries(body.items.map((item) => [item.name, item]));
};

describe('Jobs', () => {
  it('runs what is due, and again only when its time has come', async () => {
    await jobs.runDue();
    await jobs.runDue();
    app.clock.advance(MINUTE_MS - 1);
    await jobs.runDue();
    expect(runs).toHaveLength(1);
    app.clock.advance(1);
    await jobs.runDue();
    expect(runs).toHaveLength(2);
  });

  it('catches up once after any number of missed runs', async () => {
    app.clock.advance(100 * MINUTE_MS);
    await jobs.runDue();
    await jobs.runDue();
    expect(runs).toHaveLength(1);
  });

  it('runs once when many ask at the same time', async () => {
    app.clock.advance(MINUTE_MS);
    await Promise.all(Array.from({ length: 8 }, () => jobs.runDue()));
    expect(runs).toHaveLength(1);
  });
});

describe('GET /jobs', () => {
  it('tells an admin the last run of each: items, and what went wrong', async () => {
    app.clock.advance(MINUTE_MS);
    await jobs.runDue();
    const now = new Date(app.clock.now()).toISOString();
    const next = new Date(app.clock.now() + MINUTE_MS).toISOString();
    const all = await listed();
    expect(all.count).toMatchObject({
      last_run: { started_at: now, finished_at: now, items: 2, error: null },
      next_run_at: next,
    });
    expect(all.break).toMatchObject({ last_run: { items: 0, error: 'it broke at …' } });
    expect(all.skip_poison).toMatchObject({ last_run: { items: 2, error: 'poison: bad row' } });
  });

  it('is for admins', async () => {
    const developer = await app.person();
    expect((await app.call('GET', '/api/v1/jobs', { as: developer.token })).status).toBe(403);
  });
});

describe('the memory of runs', () => {
  it('is thirty days long, but for the last success, however old: from it counts how long a job has failed', async () => {
    let fails = false;
    jobs.add(
      job('trial', () => (fails ? Promise.reject(new Error('no')) : Promise.resolve({ items: 0, failures: [] }))),
    );
    const run = async (advanceMs: number) => {
      app.clock.advance(advanceMs);
      await jobs.runDue();
      const rows = await app.dataSource.query<{ error: string | null }[]>(
        `SELECT error FROM job_runs WHERE name = 'trial' ORDER BY started_at`,
      );
      return rows.map(({ error }) => error);
    };
    await run(MINUTE_MS);
    fails = true;
    expect(await run(MINUTE_MS)).toEqual([null, 'no']);
    expect(await run(40 * 86_400_000)).toEqual([null, 'no']);
    fails = false;
    expect(await run(MINUTE_MS)).toEqual(['no', null]);
  });
});
