import type { DataSource } from 'typeorm';
import { ManualClock } from '#domain';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from '../database/data-source.js';
import type { Job } from '../jobs/job.js';
import type { Jobs } from '../jobs/jobs.js';
import type { ErasurePart } from './erasure-part.js';
import { Erasure } from './erasure.entity.js';
import { Erasures, ON_ITS_WAY_MS, SWEEP_EVERY_MS } from './erasures.js';

const PERSON = '01930000-0000-7000-8000-00000000000c';
const ORIGIN = { requestId: 'r', ip: null, userAgent: null, method: 'POST', endpoint: '/' };

let database: TestDatabase;
let dataSource: DataSource;
let clock: ManualClock;
let erasures: Erasures;
let job: Job;
beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await openDataSource({ ...database.settings, entities: [Erasure], log: console });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.close();
});
beforeEach(async () => {
  await dataSource.query('TRUNCATE erasures');
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  const jobs = { add: (added: Job) => (job = added) } as unknown as Jobs;
  erasures = new Erasures(dataSource, jobs, clock);
  erasures.onModuleInit();
});

const begin = () =>
  dataSource.transaction((manager) => erasures.begin(manager, { userId: PERSON, callerId: PERSON, origin: ORIGIN }));
const run = () => job.run(clock.now());
const redacted = async () => Number((await erasures.find(PERSON))?.redacted);

/** As many rows as it is told, three in a piece; it fails once, in the piece after so many. */
function rowsOf(left: number, failsAfter = Infinity): ErasurePart {
  let [rows, fails] = [left, failsAfter];
  return {
    name: 'rows',
    piece: (_manager, _userId, after) => {
      if (Number(after ?? 0) >= fails) {
        fails = Infinity;
        return Promise.reject(new Error('the process was ended'));
      }
      const done = Math.min(3, rows);
      rows -= done;
      return Promise.resolve({ redacted: done, next: rows > 0 ? String(Number(after ?? 0) + done) : null });
    },
  };
}

describe('an erasure', () => {
  it('goes through every part, piece by piece, and counts what it did', async () => {
    erasures.add(rowsOf(7));
    erasures.add(rowsOf(2));
    await begin();
    expect(await run()).toEqual({ items: 1, failures: [] });
    expect(await redacted()).toBe(9);
  });

  it('goes on where a failure left it, counting nothing twice', async () => {
    erasures.add(rowsOf(7, 3));
    await begin();
    expect(await run()).toEqual({ items: 0, failures: [`person ${PERSON}: the process was ended`] });
    expect(await redacted()).toBe(3);
    expect(await run()).toEqual({ items: 1, failures: [] });
    expect(await redacted()).toBe(7);
  });

  it('is finished by a pass that began when nothing can have been on its way', async () => {
    await begin();
    await run();
    expect((await erasures.find(PERSON))?.finishedAt).toBeNull();
    clock.advance(ON_ITS_WAY_MS);
    await run();
    expect((await erasures.find(PERSON))?.finishedAt).toEqual(new Date(clock.now()));
  });

  it('is swept again and again for what comes later, and is finished when it was', async () => {
    await begin();
    clock.advance(ON_ITS_WAY_MS);
    await run();
    const finishedAt = (await erasures.find(PERSON))?.finishedAt;
    expect(await run()).toEqual({ items: 0, failures: [] });
    clock.advance(SWEEP_EVERY_MS);
    expect(await run()).toEqual({ items: 1, failures: [] });
    expect((await erasures.find(PERSON))?.finishedAt).toEqual(finishedAt);
  });

  it('is not begun when what must be at once fails', async () => {
    erasures.add({ name: 'keys', atOnce: () => Promise.reject(new Error('no')) });
    await expect(begin()).rejects.toThrow('no');
    expect(await erasures.find(PERSON)).toBeNull();
  });
});
