import { LatelyMet } from './lately-met.js';

describe('what was lately met', () => {
  it('forgets what was met the longest ago, not what came first', () => {
    const met = new LatelyMet(3);
    for (const value of [1, 2, 3, 1, 4]) met.meet(value);
    expect([1, 2, 3, 4].filter((value) => met.has(value))).toEqual([1, 3, 4]);
    expect(met.size).toBe(3);
  });
});
