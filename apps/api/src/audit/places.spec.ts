import * as fc from 'fast-check';
import { type Place, Places, wholeHour } from './places.js';
import { HOUR_MS } from './use-hours.js';

const HOURS = 12;
const MINUTE_MS = 60_000;

/** Of each hour nothing, or a part; and from where on that is known. */
const anyPlaces: fc.Arbitrary<Places> = fc
  .record({
    hours: fc.uniqueArray(
      fc.record({ hour: fc.nat(HOURS - 1), from: fc.nat(50), minutes: fc.integer({ min: 1, max: 10 }) }),
      { selector: ({ hour }) => hour },
    ),
    since: fc.option(fc.nat(HOURS), { nil: undefined }),
  })
  .map(({ hours, since }) => {
    const places = hours.map(({ hour, from, minutes }): [number, Place] => {
      const start = hour * HOUR_MS + from * MINUTE_MS;
      return [hour * HOUR_MS, { from: start, to: start + minutes * MINUTE_MS }];
    });
    return new Places(new Map(places), since === undefined ? undefined : since * HOUR_MS);
  });

/** Every minute in which it can be. */
function minutesOf(places: Places): number[] {
  const all = Array.from({ length: HOURS * 60 }, (_, n) => n * MINUTE_MS);
  return all.filter((at) => {
    const place = places.in(Math.floor(at / HOUR_MS) * HOUR_MS);
    return place !== undefined && at >= place.from && at < place.to;
  });
}

describe('places', () => {
  it('of two things together are where both can be', () => {
    fc.assert(
      fc.property(anyPlaces, anyPlaces, (one, other) => {
        const ofOther = new Set(minutesOf(other));
        expect(minutesOf(one.and(other))).toEqual(minutesOf(one).filter((minute) => ofOther.has(minute)));
      }),
    );
  });

  it('are anywhere before what is known, and nowhere else than said after it', () => {
    const place = { from: 5 * HOUR_MS, to: 5 * HOUR_MS + MINUTE_MS };
    const places = new Places(new Map([[5 * HOUR_MS, place]]), 4 * HOUR_MS);
    expect([3, 4, 5, 6].map((hour) => places.in(hour * HOUR_MS))).toEqual([
      wholeHour(3 * HOUR_MS),
      undefined,
      place,
      undefined,
    ]);
    expect(places.hours).toBeUndefined();
    expect(new Places(new Map([[5 * HOUR_MS, place]])).hours).toEqual([5 * HOUR_MS]);
  });
});
