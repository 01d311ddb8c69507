import { largest, median, percentile } from './statistics.js';

describe('statistics', () => {
  it('takes the middle of an odd and of an even number of values', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it.each([
    [0.5, 50],
    [0.99, 99],
    [0.991, 100],
    [1, 100],
    [0, 1],
  ])('takes a value that was measured as percentile %d', (share, value) => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(percentile(values, share)).toBe(value);
  });

  it('sorts as numbers, and leaves what it was given as it was', () => {
    const values = [100, 9, 20];
    expect(largest(values)).toBe(100);
    expect(values).toEqual([100, 9, 20]);
  });

  it('says of nothing that it is not a number', () => {
    expect([median([]), percentile([], 0.5), largest([])]).toEqual([NaN, NaN, NaN]);
  });
});
