import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { TestApp } from '../../support/test-app.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const app = TestApp.forTests();

describe('checkpoints in the database', () => {
  it('are kept all of the last hour, one a minute of two days, and one a day before that: each time the last', async () => {
    const now = app.clock.now();
    // Midday: the days before yesterday, two checkpoints in each of their first two minutes, and so on to now.
    const ages = [70, 69, 49.01, 49, 3, 2, 0.5, 0].map((hours) => hours * HOUR_MS);
    const times = ages.flatMap((age) =>
      [1000, 2000, MINUTE_MS + 1000, MINUTE_MS + 2000].map((ms) => now - age - 2 * MINUTE_MS + ms),
    );
    await app.dataSource.query(
      `INSERT INTO audit_checkpoints (size, note, signed_at) SELECT place, 'n', at
       FROM unnest($1::timestamptz[]) WITH ORDINALITY AS t (at, place)`,
      [times.map((time) => new Date(time))],
    );
    await app.nest.get(Jobs).runDue();
    const kept = await app.dataSource.query<{ size: number }[]>(
      `SELECT size::integer AS size FROM audit_checkpoints WHERE note = 'n' ORDER BY size`,
    );
    // Of each age, by fours: the 19th and 20th of November have one each, each minute of 3 and 2 hours ago has one.
    expect(kept.map(({ size }) => size)).toEqual([8, 16, 18, 20, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32]);
  });
});
