import fc from 'fast-check';
import type { BucketReading } from '#domain';
import { WrittenOnce } from './written-once.js';

const text = (limits: readonly BucketReading[]) =>
  limits.map(({ name, limit, periodMs }) => `${name} ${limit} ${periodMs}`).join();
const few = fc.integer({ min: 1, max: 3 });
const limit = fc.record({
  name: fc.constantFrom('minute', 'hour'),
  limit: few,
  periodMs: few,
  remaining: fc.nat(),
  resetMs: fc.nat(),
});

describe('what is written once for each set of limits', () => {
  it('is what would be written now, however many sets there are', () => {
    fc.assert(
      fc.property(fc.array(fc.array(limit, { maxLength: 3 }), { maxLength: 60 }), (uses) => {
        const written = new WrittenOnce(text);
        expect(uses.map((limits) => written.of(limits))).toEqual(uses.map(text));
      }),
    );
  });

  it('is not written again while others are, whatever is left of the limits', () => {
    const write = jest.fn(text);
    const written = new WrittenOnce(write);
    const of = (limit: number, remaining: number) => [{ name: 'minute', limit, periodMs: 1, remaining, resetMs: 1 }];
    for (let use = 0; use < 100; use++) written.of(of(use % 10, use));
    expect(write).toHaveBeenCalledTimes(10);
  });
});
