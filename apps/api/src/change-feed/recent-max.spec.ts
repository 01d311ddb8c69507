import * as fc from 'fast-check';
import { RecentMax } from './recent-max.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('the largest of late', () => {
  it('is 0 when there is none, and when the last one is too long ago', () => {
    const max = new RecentMax(60_000);
    expect(max.value).toBe(0);
    max.observe(4_023);
    jest.advanceTimersByTime(59_999);
    expect(max.value).toBe(4_023);
    jest.advanceTimersByTime(1);
    expect(max.value).toBe(0);
  });

  it('is the largest of those that are not too long ago, whatever came when', () => {
    const observed = fc.array(fc.record({ value: fc.nat(9), afterMs: fc.nat(400) }), { maxLength: 30 });
    fc.assert(
      fc.property(observed, (steps) => {
        const max = new RecentMax(1_000);
        const all: { value: number; at: number }[] = [];
        for (const { value, afterMs } of steps) {
          jest.advanceTimersByTime(afterMs);
          max.observe(value);
          all.push({ value, at: performance.now() });
          const recent = all.filter(({ at }) => at > performance.now() - 1_000);
          expect(max.value).toBe(Math.max(...recent.map((one) => one.value)));
        }
      }),
    );
  });
});
