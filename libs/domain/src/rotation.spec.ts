import fc from 'fast-check';
import { graceEndsAt, isRotationDue, nextRotationAt, remindersOwed, type RotatingKey } from './rotation.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const monthly = { everyDays: 30, graceHours: 24 };
const key = (change: Partial<RotatingKey> = {}): RotatingKey => ({
  state: 'active',
  policy: monthly,
  secretSince: 0,
  expiresAt: null,
  ...change,
});

describe('isRotationDue', () => {
  it('is so from the first millisecond after the period on, however late one looks', () => {
    const at = (ms: number) => isRotationDue(key(), 30 * DAY_MS + ms);
    expect([at(-1), at(0), at(1), at(400 * DAY_MS)]).toEqual([false, true, true, true]);
  });

  it('is never so for a key without a policy, or that is switched off or revoked', () => {
    const late = 400 * DAY_MS;
    const idle = [key({ policy: null }), key({ state: 'disabled' }), key({ state: 'revoked' })];
    expect(idle.map((each) => [nextRotationAt(each), isRotationDue(each, late)])).toEqual(
      idle.map(() => [null, false]),
    );
  });

  it('is never so for a key that expires before or at that moment, nor after its expiry', () => {
    expect(nextRotationAt(key({ expiresAt: 30 * DAY_MS }))).toBeNull();
    const outlives = key({ expiresAt: 30 * DAY_MS + 1 });
    expect([isRotationDue(outlives, 30 * DAY_MS), isRotationDue(outlives, 30 * DAY_MS + 1)]).toEqual([true, false]);
  });

  const days = fc.integer({ min: 1, max: 365 });
  const moment = fc.integer({ min: 0, max: 1000 * DAY_MS });
  const rotating = fc.record<RotatingKey>({
    state: fc.constantFrom('active', 'disabled', 'revoked'),
    policy: fc.option(fc.record({ everyDays: days, graceHours: fc.integer({ min: 1, max: 168 }) })),
    secretSince: moment,
    expiresAt: fc.option(moment),
  });

  it('stays so until something about the key changes, or it expires', () => {
    fc.assert(
      fc.property(rotating, moment, moment, (each, a, b) => {
        const [now, later] = [Math.min(a, b), Math.max(a, b)];
        if (!isRotationDue(each, now) || (each.expiresAt !== null && later >= each.expiresAt)) return;
        expect(isRotationDue(each, later)).toBe(true);
      }),
    );
  });

  it('is never so sooner than a whole period after the last secret, whoever made that', () => {
    fc.assert(
      fc.property(rotating, moment, (each, now) => {
        const isRotatedNow = isRotationDue(each, now);
        if (isRotatedNow) expect(now - each.secretSince).toBeGreaterThanOrEqual((each.policy?.everyDays ?? 0) * DAY_MS);
        const rotated = { ...each, secretSince: now };
        expect(isRotationDue(rotated, now + (each.policy?.everyDays ?? 1) * DAY_MS - 1)).toBe(false);
      }),
    );
  });

  it('gives a key that lives on one secret a period, whenever one looks in it', () => {
    const looks = fc.array(fc.integer({ min: 0, max: DAY_MS - 1 }), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), looks, (everyDays, offsets) => {
        let secretSince = 0;
        let rotations = 0;
        offsets.forEach((offset, day) => {
          const now = day * DAY_MS + offset;
          if (!isRotationDue(key({ policy: { everyDays, graceHours: 1 }, secretSince }), now)) return;
          secretSince = now;
          rotations++;
        });
        // Looking late moves the next one by less than a day each time.
        expect(rotations).toBeGreaterThanOrEqual(Math.floor(119 / (everyDays + 1)));
        expect(rotations).toBeLessThanOrEqual(Math.floor(120 / everyDays));
      }),
    );
  });
});

describe('graceEndsAt', () => {
  it('is so many hours from now, but never beyond the key', () => {
    expect(graceEndsAt(24, null, 5)).toBe(24 * HOUR_MS + 5);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 168 }), fc.option(fc.nat()), fc.nat(), (hours, expiresAt, now) => {
        const end = graceEndsAt(hours, expiresAt, now);
        expect(end).toBeLessThanOrEqual(now + hours * HOUR_MS);
        expect(end).toBeLessThanOrEqual(expiresAt ?? Infinity);
      }),
    );
  });
});

describe('remindersOwed', () => {
  it('are one from the middle of the grace on, and a second from its end on', () => {
    const owed = (hours: number) => remindersOwed({ since: 0, graceEndsAt: 24 * HOUR_MS }, hours * HOUR_MS);
    expect([owed(0), owed(11.9), owed(12), owed(23.9), owed(24), owed(999)]).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('never become fewer', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.nat(), (since, grace, a, b) => {
        const owed = (now: number) => remindersOwed({ since, graceEndsAt: since + grace }, now);
        expect(owed(Math.max(a, b))).toBeGreaterThanOrEqual(owed(Math.min(a, b)));
      }),
    );
  });
});
