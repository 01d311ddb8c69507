import { COLD_START } from '#domain';
import { THEFTS, type AttackKind } from './attack.js';
import { tally, watchedDays, type Tally } from './tally.js';
import { stuffingTrials } from './unknown-keys.js';
import { watch, type Watch } from './watch.js';
import { World } from './world.js';

/** A small part of `npm run bench:insights`, in a world that was not looked at when anything was chosen. */
describe('in a small world of keys', () => {
  let seen: Watch;
  let outcome: Tally;

  beforeAll(() => {
    const size = { keys: 14, learningDays: 28, watchedDays: 7, attacked: 0.8, hasSurprises: false };
    seen = watch(new World(301, size));
    outcome = tally(seen, COLD_START, watchedDays(seen));
  });

  it('all thefts but one at most are found, half of them within five minutes', () => {
    const thefts = outcome.attacks.filter(({ kind }) => (THEFTS as readonly AttackKind[]).includes(kind));
    const found = thefts.filter(({ minutesToDetect }) => minutesToDetect !== null);
    const atOnce = found.filter(({ minutesToDetect }) => (minutesToDetect ?? Infinity) <= 5);
    expect(thefts.length).toBeGreaterThanOrEqual(6);
    expect(found.length).toBeGreaterThanOrEqual(thefts.length - 1);
    expect(atOnce.length).toBeGreaterThanOrEqual(found.length / 2);
  });

  it('hardly anything else is alerted', () => {
    expect(outcome.falseAlerts.length).toBeLessThanOrEqual(1);
  });

  it('no key has more than ten kilobytes of state', () => {
    expect(seen.bytes).toBeLessThanOrEqual(10_240);
  });

  it('those who try out keys are found, and others are not', () => {
    const { attacks, found, falseAlerts } = stuffingTrials(1);
    expect([found, falseAlerts]).toEqual([attacks, 0]);
  });
});
