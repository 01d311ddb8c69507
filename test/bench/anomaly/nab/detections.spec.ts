import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCorpus } from './corpus.js';
import { detections } from './detections.js';
import { PROFILES, nabScore, type LabelledSeries } from './score.js';

const HALF = join(import.meta.dirname, '../../../../../shared/nab/nab-tuning-half.tar.xz');
const MINUTES_5 = 300_000;

describe('the detector of shapes under NAB', () => {
  it('says of a row what it would say if the rows behind it were others', () => {
    const values = Array.from({ length: 1_500 }, (_, row) => (row % 288) + (row > 1_000 ? 50 * (row % 7) : 0));
    const said = Array.from(detections(seriesOf(values)).scores);
    const saidOfStart = Array.from(detections(seriesOf(values.slice(0, 1_200))).scores);
    expect(said.some((score) => score > 0)).toBe(true);
    expect(said.slice(0, 1_200)).toEqual(saidOfStart);
  });

  (existsSync(HALF) && isUnpackable() ? it : it.skip)(
    'reaches 73, 66 and 77 on half of NAB (needs shared/nab beside the repository, and xz)',
    () => {
      const results = readCorpus(HALF).map(detections);
      const scores = Object.values(PROFILES).map((profile) => nabScore(results, profile).score);
      expect(scores).toEqual([atLeast(73), atLeast(66), atLeast(77)]);
    },
  );
});

/** `tar` runs `xz`, which is a package of its own. */
function isUnpackable(): boolean {
  return spawnSync('xz', ['--version']).status === 0;
}

function seriesOf(values: readonly number[]): LabelledSeries {
  const timestamps = Float64Array.from(values, (_, row) => row * MINUTES_5);
  return { name: 'made up', timestamps, values: Float64Array.from(values), windows: [] };
}

function atLeast(score: number): unknown {
  return { asymmetricMatch: (value: number) => value >= score, toString: () => `at least ${score}` };
}
