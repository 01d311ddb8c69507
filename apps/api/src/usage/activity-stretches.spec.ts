import { seededRandom } from '../../../../test/support/seeded-random.js';
import { activityStretches, type Stretch } from './activity-stretches.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW = 40 * DAY_MS;

const lengthOf = (stretches: readonly Stretch[]) => stretches.reduce((sum, { from, to }) => sum + to - from, 0);

describe('the stretches of a time', () => {
  it.each([HOUR_MS, DAY_MS, MINUTE_MS])('are all of it, each moment once, for steps of %i ms', (stepMs) => {
    const random = seededRandom(stepMs);
    for (let round = 0; round < 500; round++) {
      const ends = [random(), random()].map((share) => Math.floor(share * NOW)).sort((a, b) => a - b);
      const [from = 0, to = 0] = ends;
      if (from === to) continue;
      const minutesFrom = Math.floor((random() * NOW) / MINUTE_MS) * MINUTE_MS;
      const { hours, minutes, events } = activityStretches({ from, to }, stepMs, minutesFrom);
      const all = [...hours, ...minutes, ...events].sort((a, b) => a.from - b.from);
      expect(lengthOf(all)).toBe(to - from);
      expect(all.every((each, at) => each.from === (all[at - 1]?.to ?? from))).toBe(true);
      expect(hours.every((each) => each.from % HOUR_MS === 0 && each.to % HOUR_MS === 0)).toBe(true);
      expect(minutes.every((each) => each.from % MINUTE_MS === 0 && each.to % MINUTE_MS === 0)).toBe(true);
      expect(minutes.every((each) => each.from >= minutesFrom)).toBe(true);
      expect(stepMs === MINUTE_MS ? hours : []).toEqual([]);
    }
  });

  it('leave at most two minutes to be read while minutes are counted, and two hours after that', () => {
    const time = { from: DAY_MS + 1, to: 30 * DAY_MS - 1 };
    expect(lengthOf(activityStretches(time, HOUR_MS, 0).events)).toBeLessThan(2 * MINUTE_MS);
    expect(lengthOf(activityStretches(time, HOUR_MS, NOW).events)).toBeLessThan(2 * HOUR_MS);
  });
});
