import { areaUnderCurve } from './mann-whitney.js';

describe('the area under the curve', () => {
  it.each([
    [[1, 2, 3], [4, 5, 6], 1],
    [[4, 5, 6], [1, 2, 3], 0],
    [[1, 2, 3], [1, 2, 3], 0.5],
    [[7, 7], [7], 0.5],
    [[1, 4], [2, 3], 0.5],
    [[1, 2], [2, 3], 0.875],
  ])('of %j and %j is %d', (a, b, area) => {
    expect(areaUnderCurve(a, b)).toBe(area);
  });
});
