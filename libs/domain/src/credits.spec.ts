import fc from 'fast-check';
import { type Credits, creditsAt, REFILL_INTERVALS, refillInMs, spendCredits } from './credits.js';

const DAY_MS = 86_400_000;
const at = (text: string) => Date.parse(text);

const moment = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2050-01-01T00:00:00Z') });
const amount = fc.integer({ min: 0, max: 1_000_000_000 });
const credits: fc.Arbitrary<Credits> = fc.record({
  remaining: amount,
  refill: fc.option(fc.record({ amount, interval: fc.constantFrom(...REFILL_INTERVALS) })),
  refilledAt: moment,
});

describe('credits', () => {
  it.each([
    ['daily', '2026-11-22T23:59:59.999Z', '2026-11-23T00:00:00.000Z'],
    ['daily', '2028-02-28T23:59:59.999Z', '2028-02-29T00:00:00.000Z'],
    ['daily', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
    ['monthly', '2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00.000Z'],
    ['monthly', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
    ['monthly', '2028-02-29T23:59:59.999Z', '2028-03-01T00:00:00.000Z'],
  ] as const)('are refilled %s, not at %s and then at %s', (interval, before, then) => {
    const set = { remaining: 1, refill: { amount: 100, interval }, refilledAt: at(before) - 1000 };
    expect(creditsAt(set, at(before))).toBe(set);
    expect(creditsAt(set, at(then))).toEqual({ ...set, remaining: 100, refilledAt: at(then) });
    expect(refillInMs(set, 1, at(before))).toBe(1);
  });

  it('are refilled once a period, however often they are looked at', () => {
    const set: Credits = {
      remaining: 0,
      refill: { amount: 10, interval: 'daily' },
      refilledAt: at('2026-11-22T12:00:00Z'),
    };
    const next = at('2026-11-23T08:00:00Z');
    const spent = spendCredits(set, 10, next);
    expect(spent?.remaining).toBe(0);
    expect(spent && creditsAt(spent, next + 15 * 3_600_000).remaining).toBe(0);
    expect(spent && creditsAt(spent, next + 16 * 3_600_000).remaining).toBe(10);
  });

  it('come to the same whether or not somebody looked in between', () => {
    fc.assert(
      fc.property(credits, moment, moment, (set, a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        expect(creditsAt(creditsAt(set, first), second)).toEqual(creditsAt(set, second));
      }),
    );
  });

  it('are never taken away or piled up by a refill', () => {
    fc.assert(
      fc.property(credits, moment, (set, now) => {
        const { remaining } = creditsAt(set, now);
        expect(remaining).toBeGreaterThanOrEqual(set.remaining);
        expect(remaining).toBeLessThanOrEqual(Math.max(set.remaining, set.refill?.amount ?? 0));
      }),
    );
  });

  it('are not refilled by a clock that was set back', () => {
    fc.assert(
      fc.property(
        credits,
        moment,
        (set, now) => now > set.refilledAt || creditsAt(set, now).remaining === set.remaining,
      ),
    );
  });

  it('are spent to the last one and never below zero', () => {
    fc.assert(
      fc.property(credits, amount, moment, (set, cost, now) => {
        const there = creditsAt(set, now).remaining;
        const left = spendCredits(set, cost, now);
        if (cost <= there) expect(left?.remaining).toBe(there - cost);
        else expect(left).toBeNull();
      }),
    );
  });

  it('can be spent again after the time they say', () => {
    fc.assert(
      fc.property(credits, amount, moment, (set, cost, now) => {
        const wait = refillInMs(set, cost, now);
        expect(wait).toBeLessThanOrEqual(31 * DAY_MS);
        fc.pre(wait > 0 && set.refilledAt <= now);
        expect(spendCredits(set, cost, now + wait)).not.toBeNull();
      }),
    );
  });
});
