import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../support/seeded-random.js';
import { PROFILES, nabScore, type LabelledSeries, type Profile, type Scored } from './score.js';

const HOUR = 3_600_000;
const REFERENCE = join(import.meta.dirname, '../../../../../shared/reference/anomaly/src/nab-score.ts');

describe('the NAB score', () => {
  const series = hourly(100, [[40, 49]]);
  const detecting = (...rows: number[]) => nabScore([{ series, scores: marked(100, rows) }], PROFILES.standard);

  it('is 100 for one detection at the start of every window', () => {
    expect(detecting(40)).toEqual({ score: 100, threshold: 1, windowsHit: 1, falseAlarms: 0 });
  });

  it('is 0 for a detector that says nothing, and for one that does better saying nothing', () => {
    const nothing = { score: 0, threshold: Infinity, windowsHit: 0, falseAlarms: 0 };
    expect([detecting(), detecting(95)]).toEqual([nothing, nothing]);
  });

  it('falls the later a window is detected, and does not rise with a second detection in it', () => {
    const [early, middle, late] = [detecting(41).score, detecting(45).score, detecting(49).score];
    expect([early > middle, middle > late, late > 50]).toEqual([true, true, true]);
    expect(detecting(45, 49).score).toBe(middle);
  });

  it('falls with every false alarm, and less with one shortly after a window', () => {
    const [before, shortlyAfter, longAfter] = [detecting(40, 20), detecting(40, 51), detecting(40, 90)];
    expect(before.score).toBeCloseTo(100 - 5.5, 10);
    expect(longAfter.score).toBeCloseTo(before.score, 2);
    expect(shortlyAfter.score).toBeGreaterThan(longAfter.score);
  });

  it('does not count what is said while a detector learns', () => {
    expect(detecting(0, 7, 14, 40)).toEqual(detecting(40));
    const long = hourly(9_000, [[8_000, 8_900]]);
    const inLong = (...rows: number[]) => nabScore([{ series: long, scores: marked(9_000, rows) }], PROFILES.standard);
    expect(inLong(749, 8_000)).toEqual(inLong(8_000));
    expect(inLong(750, 8_000)).not.toEqual(inLong(8_000));
  });

  it('takes the threshold that is best over all series', () => {
    const loud = { series, scores: marked(100, [40]).map((score) => 5 * score) };
    const quiet = { series: hourly(100, [[60, 69]]), scores: marked(100, [60]).map((score) => 2 * score) };
    expect(nabScore([loud, quiet], PROFILES.standard)).toMatchObject({ score: 100, threshold: 2, windowsHit: 2 });
  });
});

const describeWithReference = existsSync(REFERENCE)
  ? describe
  : (title: string) => {
      it.skip(`${title}: there is no ${REFERENCE.split('/').slice(-5).join('/')} beside the repository`, () =>
        undefined);
    };

describeWithReference('the NAB score against the reference that reproduces the published ones', () => {
  it('agrees within 1e-9 on 1,000 random series of scores, in every profile', async () => {
    const reference = (await import(REFERENCE)) as Reference;
    const random = seededRandom(1);
    const faults: unknown[] = [];
    for (let run = 0; run < 1_000; run++) {
      const results = Array.from({ length: 1 + Math.floor(3 * random()) }, () => randomResult(random));
      for (const profile of Object.values(PROFILES)) {
        const own = nabScore(results, profile);
        const other = referenceScore(reference, results, profile);
        const isEqual =
          Math.abs(own.score - other.score) <= 1e-9 &&
          own.threshold === other.threshold &&
          own.windowsHit === other.windowsHit &&
          own.falseAlarms === other.falseAlarms;
        if (!isEqual) faults.push({ run, own, other });
      }
    }
    expect(faults).toEqual([]);
  });
});

interface Reference {
  rewards(series: object): object;
  sweep(list: object[], weights: object): { threshold: number; score: number; hit: number; fp: number }[];
  optimise<Row>(rows: Row[]): Row;
  normalise(score: number, scorableWindows: number, allWindows: number, weights: object): number;
}

function referenceScore(reference: Reference, results: readonly Scored[], profile: Profile) {
  const weights = { tp: profile.hit, fp: profile.falseAlarm, fn: profile.miss };
  const list = results.map(({ series: { name, timestamps, values, windows }, scores }) => ({
    s: { name, t: timestamps, v: values, windows },
    a: scores,
  }));
  const rows = reference.sweep(list, weights);
  const best = reference.optimise(rows);
  const scorable = -(rows[0]?.score ?? 0) / profile.miss;
  const all = results.reduce((count, { series }) => count + series.windows.length, 0);
  return {
    score: reference.normalise(best.score, scorable, all, weights),
    threshold: best.threshold,
    windowsHit: best.hit,
    falseAlarms: best.fp,
  };
}

/** Hours of which some were repeated, now and then many, up to four windows, some of them within the learning time, scores with ties. */
function randomResult(random: () => number): Scored {
  const below = (limit: number) => Math.floor(limit * random());
  const rows = 40 + below(random() < 0.01 ? 8_000 : 400);
  const windows: [number, number][] = [];
  for (let from = below(rows / 2); windows.length < 4 && from < rows - 12; from += below(rows / 2)) {
    const to = from + 1 + below(10);
    windows.push([from, to]);
    from = to + 2;
  }
  const series = hourly(rows, windows);
  const isInside = (row: number) => windows.some(([from, to]) => row >= from - 1 && row <= to + 1);
  for (let row = 1; row < rows; row++)
    if (!isInside(row) && random() < 0.05) series.timestamps[row] = series.timestamps[row - 1] ?? 0;
  const steps = 1 + below(50);
  // Pure chance is best kept silent; the score of that is the same for every scorer.
  const skill = random() / 10;
  const isSeen = (row: number) => windows.some(([from, to]) => row >= from && row <= to) && random() < skill;
  const scores = Array.from({ length: rows }, (_, row) => below(steps) / steps + (isSeen(row) ? 1 : 0));
  return { series, scores };
}

function hourly(rows: number, windows: readonly [from: number, to: number][]): LabelledSeries {
  return {
    name: 'hourly',
    timestamps: Float64Array.from({ length: rows }, (_, row) => row * HOUR),
    values: new Float64Array(rows),
    windows: windows.map(([from, to]) => [from * HOUR, to * HOUR]),
  };
}

function marked(rows: number, detections: readonly number[]): number[] {
  return Array.from({ length: rows }, (_, row) => (detections.includes(row) ? 1 : 0));
}
