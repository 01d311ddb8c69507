import fc from 'fast-check';
import { nextTry, type RetryPolicy } from './retry.js';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const POLICY: RetryPolicy = { firstMs: 10 * SECOND_MS, factor: 4, mostMs: 4 * HOUR_MS };

/** The moments of all tries of something that never succeeds. */
function triesOver(giveUpAt: number, chance: () => number): number[] {
  const tries = [0];
  for (let at = nextTry(POLICY, 1, giveUpAt, 0, chance()); at !== undefined;) {
    tries.push(at);
    at = nextTry(POLICY, tries.length, giveUpAt, at, chance());
  }
  return tries;
}

describe('nextTry', () => {
  it.each([
    [1, 5 * SECOND_MS, 10 * SECOND_MS],
    [2, 20 * SECOND_MS, 40 * SECOND_MS],
    [3, 80 * SECOND_MS, 160 * SECOND_MS],
    [7, 2 * HOUR_MS, 4 * HOUR_MS],
    [5000, 2 * HOUR_MS, 4 * HOUR_MS],
  ])('after %d failures waits between %d and %d ms', (failures, least, most) => {
    expect(nextTry(POLICY, failures, DAY_MS * 9, 0, 0)).toBe(least);
    expect(nextTry(POLICY, failures, DAY_MS * 9, 0, 0.999_999_999)).toBe(most);
  });

  it('ends with a try at the end of the day, and with none after it', () => {
    expect(nextTry(POLICY, 9, DAY_MS, DAY_MS - 1, 0.5)).toBe(DAY_MS);
    expect(nextTry(POLICY, 10, DAY_MS, DAY_MS, 0.5)).toBeUndefined();
    expect(nextTry(POLICY, 1, DAY_MS, DAY_MS + 1, 0.5)).toBeUndefined();
  });

  it('tries for the whole day whatever chance says, ever later, and not more than twenty times', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (chances) => {
        const tries = triesOver(DAY_MS, () => chances.next().value as number);
        expect(tries.at(-1)).toBe(DAY_MS);
        expect(tries.length).toBeLessThanOrEqual(20);
        expect(tries.every((at, index) => index === 0 || at > (tries[index - 1] ?? Infinity))).toBe(true);
      }),
    );
  });
});
