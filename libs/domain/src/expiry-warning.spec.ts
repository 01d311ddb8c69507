import fc from 'fast-check';
import { WARNING_DAYS, warningDue } from './expiry-warning.js';

const DAY_MS = 86_400_000;

describe('warningDue', () => {
  const key = { createdAt: 0, expiresAt: 90 * DAY_MS };
  const at = (day: number) => warningDue(key, WARNING_DAYS, day * DAY_MS);

  it('warns on each of the days, from its first millisecond on', () => {
    expect([at(59.9), at(60), at(75.9), at(76), at(82.9), at(83), at(88.9), at(89)]).toEqual([
      null,
      30,
      30,
      14,
      14,
      7,
      7,
      1,
    ]);
  });

  it('has nothing to warn of once the key has expired', () => {
    expect([at(90), at(91)]).toEqual([null, null]);
  });

  it('gives a key that lives shorter than a warning reaches no such warning', () => {
    const short = { createdAt: 0, expiresAt: 7 * DAY_MS };
    expect(warningDue(short, WARNING_DAYS, 1)).toBeNull();
    expect(warningDue(short, WARNING_DAYS, 6 * DAY_MS)).toBe(1);
  });

  it('gives each warning of a life exactly one span of time, whenever one looks', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 100 }), (warnings, lifeDays) => {
        const life = { createdAt: 0, expiresAt: lifeDays * DAY_MS };
        const seen = Array.from({ length: lifeDays * 2 }, (_, half) => warningDue(life, warnings, half * (DAY_MS / 2)));
        const changes = seen.filter((warning, index) => warning !== null && warning !== seen[index - 1]);
        expect(changes).toEqual(warnings.filter((day) => day < lifeDays).sort((a, b) => b - a));
      }),
    );
  });
});
