import fc from 'fast-check';
import { DurationHistogram } from './duration-histogram.js';

/** The smallest bound that has counted a duration. */
function boundOf(us: number): number {
  const histogram = new DurationHistogram();
  histogram.observe(us);
  const first = histogram.samples().find(({ series, value }) => series === '_bucket' && value === 1);
  return first?.labels?.['le'] === '+Inf' ? Infinity : Number(first?.labels?.['le']) * 1e6;
}

describe('DurationHistogram', () => {
  it('counts a duration in the narrowest bucket that has room for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (us) => {
        const bound = boundOf(us);
        expect(us).toBeLessThanOrEqual(bound);
        if (bound > 8) expect(us).toBeGreaterThan(Math.min(bound / 2, 2 ** 22));
      }),
    );
  });

  it.each([
    [0, 8],
    [1, 8],
    [7, 8],
    [8, 8],
    [9, 16],
    [16, 16],
    [17, 32],
    [2 ** 22 - 1, 2 ** 22],
    [2 ** 22, 2 ** 22],
    [2 ** 22 + 1, Infinity],
    [2 ** 31 + 1, Infinity],
    [2 ** 32, Infinity],
    [2 ** 32 + 1, Infinity],
    [2 ** 40, Infinity],
  ])('counts %i µs first in the bucket up to %i µs, which has its bound in it', (us, bound) => {
    expect(boundOf(us)).toBe(bound);
  });

  it('tells the sum, the number, and of each bucket all that are smaller too', () => {
    const histogram = new DurationHistogram();
    for (const us of [5, 100, 100, 5_000_000]) histogram.observe(us);
    const samples = histogram.samples({ route: 'verify' });
    const buckets = samples.filter(({ series }) => series === '_bucket').map(({ value }) => value);
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(buckets.at(0)).toBe(1);
    expect(buckets.at(-2)).toBe(3);
    expect(samples.slice(-3)).toEqual([
      { series: '_bucket', labels: { route: 'verify', le: '+Inf' }, value: 4 },
      { series: '_sum', labels: { route: 'verify' }, value: 5.000205 },
      { series: '_count', labels: { route: 'verify' }, value: 4 },
    ]);
  });
});
