import { COLD_START, calibrate, type EvidenceRow, startingThresholds } from './thresholds.js';

const DAY = 86_400_000;
const WATCHED = { keys: 100, keyWeeks: 400 };

describe('calibrated thresholds', () => {
  it('are those of the start as long as there are fewer than thirty keys', () => {
    expect(calibrate(days('place', 50), { keys: 29, keyWeeks: 400 }, 5)).toEqual(startingThresholds(5));
  });

  it('let so much evidence of each kind through as its part of the budget buys, and what the others leave', () => {
    // 400 key-weeks at 10 per 100 are 40 alerts: 18 of shape, 14 of place, and 8 that nothing else asks for.
    const rows = [...days('place', 50), ...days('shape', 50).map((row) => ({ ...row, at: row.at + 50 * DAY }))];
    const { place, shape } = calibrate(rows, WATCHED, 10);
    expect(rows.filter(({ kind, e }) => kind === 'place' && e >= place)).toHaveLength(22);
    expect(rows.filter(({ kind, e }) => kind === 'shape' && e >= shape)).toHaveLength(18);
  });

  it('count one alert for each key and day', () => {
    const rows = days('place', 50);
    const repeated = rows.flatMap((row) => [row, { ...row, at: row.at + 1 }, { ...row, e: row.e / 2 }]);
    expect(calibrate(repeated, WATCHED, 10)).toEqual(calibrate(rows, WATCHED, 10));
  });

  it('spend nothing on what is evidence on a day that is alerted anyway', () => {
    // Both kinds on the same days: 22 are alerted for their place, and shape may have 18 of the others.
    const rows = [...days('place', 50), ...days('shape', 50)];
    const { shape } = calibrate(rows, WATCHED, 10);
    expect(rows.filter(({ kind, e }) => kind === 'shape' && e >= shape)).toHaveLength(22 + 18);
  });

  it('keep within the budget where much evidence is equally strong', () => {
    const rows = days('place', 50).map((row) => ({ ...row, e: 4 }));
    expect(calibrate(rows, WATCHED, 10).place).toBeGreaterThan(4);
  });

  it('are no lower than at the start while the budget buys too few alerts to tell', () => {
    expect(calibrate([], { keys: 100, keyWeeks: 50 }, 2)).toEqual(COLD_START);
  });

  it('leave alone what has no false form, and what is not of a key', () => {
    const { stuffing, retired_secret, canary } = calibrate(days('stuffing', 50), WATCHED, 0.1);
    expect({ stuffing, retired_secret, canary }).toEqual({ stuffing: 6, retired_secret: 0, canary: 0 });
  });

  it('fall as the budget rises', () => {
    const all = [0.5, 1, 2, 5, 10, 20].map((budget) => calibrate(days('place', 50), WATCHED, budget).place);
    expect(all).toEqual([...all].sort((one, other) => other - one));
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('thresholds of the start', () => {
  it('are those that were measured for the budget they were measured for', () => {
    expect(startingThresholds(2)).toEqual(COLD_START);
  });

  it('fall as the budget rises, but never below what is worth a row', () => {
    const all = [0.1, 0.5, 1, 2, 5, 20, 100].map(startingThresholds);
    for (const kind of ['place', 'shape', 'denied', 'sharing', 'dormant'] as const) {
      const levels = all.map((each) => each[kind]);
      expect(levels).toEqual([...levels].sort((one, other) => other - one));
      expect(Math.min(...levels)).toBeGreaterThanOrEqual(1.5);
    }
  });

  it('are near those that the simulated worlds gave for twenty', () => {
    const { place, shape, denied, dormant } = startingThresholds(20);
    expect([place, shape, denied, dormant].map((level) => Math.round(10 * level) / 10)).toEqual([2.1, 5.3, 3, 2]);
  });

  it('leave alone what has no false form, and what is not of a key', () => {
    expect(startingThresholds(100)).toMatchObject({ stuffing: 6, retired_secret: 0, canary: 0 });
  });
});

/** Each on a day of its own, each a little stronger than the one before, from 2 on. */
function days(kind: EvidenceRow['kind'], count: number): EvidenceRow[] {
  return Array.from({ length: count }, (_, day) => ({ kind, keyId: `key ${day % 7}`, at: day * DAY, e: 2 + day / 10 }));
}
