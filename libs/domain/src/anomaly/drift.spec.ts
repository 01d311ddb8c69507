import { type Drift, driftOf } from './drift.js';

describe('the drift of a key', () => {
  it.each<[string, number[], Drift | null]>([
    ['that is new', [900], null],
    ['of which one week is known', [500, 5_000], null],
    ['that does what it did', [1_000, 1_100, 900, 1_000, 1_200], null],
    [
      'that rises by a tenth every day',
      [1_000, 1_000, 1_000, 1_000, 1_949],
      { uses: 1_949, usual: 1_000, times: 1.949 },
    ],
    ['that falls by half', [1_000, 1_000, 500], { uses: 500, usual: 1_000, times: 0.5 }],
    ['that was unusual before, and is as it was', [1_000, 9_000, 1_000, 1_000], null],
    ['that is hardly ever used', [10, 12, 60], null],
    ['that was never used before', [0, 0, 5_000], null],
  ])('%s', (_, weeks, drift) => {
    expect(driftOf(weeks)).toEqual(drift);
  });
});
