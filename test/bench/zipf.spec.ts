import { seededRandom } from '../support/seeded-random.js';
import { zipfSampler } from './zipf.js';

describe('the Zipf sampler', () => {
  const DRAWS = 200_000;
  const counts = (count: number, exponent: number, seed: number) => {
    const draw = zipfSampler(count, exponent, seededRandom(seed));
    const drawn = new Array<number>(count).fill(0);
    for (let n = 0; n < DRAWS; n++) {
      const number = draw();
      drawn[number] = (drawn[number] ?? 0) + 1;
    }
    return drawn;
  };

  it('draws the n-th number 1/n as often as the first', () => {
    const drawn = counts(100, 1, 7);
    for (const n of [2, 5, 10]) expect((drawn[0] ?? 0) / (drawn[n - 1] ?? 0) / n).toBeCloseTo(1, 0.9);
  });

  it('draws every number alike at exponent 0', () => {
    for (const times of counts(10, 0, 7)) expect(times / (DRAWS / 10)).toBeCloseTo(1, 1);
  });

  it('reaches the first and the last number, and none beyond', () => {
    const first = zipfSampler(3, 1, () => 0);
    const last = zipfSampler(3, 1, () => 1 - 2 ** -53);
    expect([first(), last()]).toEqual([0, 2]);
  });

  it('draws the same numbers for the same seed', () => {
    expect(counts(50, 1, 3)).toEqual(counts(50, 1, 3));
    expect(counts(50, 1, 3)).not.toEqual(counts(50, 1, 4));
  });
});
