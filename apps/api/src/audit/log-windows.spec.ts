import * as fc from 'fast-check';
import { onlyInPlaces, windowsOf } from './log-windows.js';
import { Places } from './places.js';
import { HOUR_MS, type UseHour } from './use-hours.js';

/** Newest first, with gaps. */
const anyHours: fc.Arbitrary<UseHour[]> = fc
  .array(fc.record({ at: fc.nat({ max: 200 }).map((n) => n * HOUR_MS), uses: fc.integer({ min: 1, max: 50 }) }))
  .map((hours) => [...new Map(hours.map((hour) => [hour.at, hour])).values()].sort((a, b) => b.at - a.at));

describe('the windows in which the log is read', () => {
  it('leave no time and no hour out, and have none twice', () => {
    fc.assert(
      fc.property(anyHours, fc.integer({ min: 1, max: 100 }), (hours, uses) => {
        const windows = [...windowsOf(hours, () => uses)];
        expect(windows[0]?.to).toBeNull();
        expect(windows.at(-1)?.from).toBeNull();
        expect(windows.slice(1).map(({ to }) => to)).toEqual(windows.slice(0, -1).map(({ from }) => from));
        expect(windows.flatMap((window) => window.hours)).toEqual(hours);
        for (const { from, to, hours: own } of windows) {
          expect(own.every(({ at }) => at >= (from ?? 0) && at < (to ?? Infinity))).toBe(true);
        }
      }),
    );
  });

  it('have as many uses as asked for, and no hour more than that takes', () => {
    const hours = [5, 4, 2, 1].map((at) => ({ at: at * HOUR_MS, uses: 10 }));
    const windows = [...windowsOf(hours, (n) => (n === 0 ? 5 : 15))];
    expect(windows.map((window) => window.hours.map(({ at }) => at / HOUR_MS))).toEqual([[5], [4, 2], [1]]);
  });

  it('look only into the places there are, those that follow each other as one', () => {
    const hours = [9, 8, 5, 1].map((at) => ({ at: at * HOUR_MS, uses: 1 }));
    const places = new Map(hours.map(({ at }) => [at, { from: at, to: at + HOUR_MS }]));
    places.set(HOUR_MS, { from: HOUR_MS + 60_000, to: HOUR_MS + 120_000 });
    const [window] = windowsOf(hours, () => 100);
    expect(window && onlyInPlaces(window, new Places(places))).toEqual({
      from: null,
      to: null,
      uses: [
        { from: 8 * HOUR_MS, to: 10 * HOUR_MS },
        { from: 5 * HOUR_MS, to: 6 * HOUR_MS },
        { from: HOUR_MS + 60_000, to: HOUR_MS + 120_000 },
      ],
    });
  });

  it('are one, empty window when nothing is counted', () => {
    expect([...windowsOf([], () => 1)]).toEqual([{ from: null, to: null, hours: [] }]);
  });
});
