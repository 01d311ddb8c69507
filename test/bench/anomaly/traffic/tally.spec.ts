import { COLD_START, type Evidence, type EvidenceKind } from '#domain';
import { DAY_MS, MINUTES_5, START } from './calendar.js';
import { calibrated, falseAlertsPer100KeyWeeks, tally } from './tally.js';
import { type Watch } from './watch.js';
import { World } from './world.js';

const HOUR = 3_600_000;
const WEEK = 7 * DAY_MS;
const ATTACK_AT = START + 10 * DAY_MS;
const ALL = { from: START, until: START + 2 * WEEK };

describe('the tally', () => {
  it('finds an attack by the first alert from its first moment to an hour after its last', () => {
    const outcomes = [-1, 0, 2 * HOUR - 1, 2 * HOUR].map((ms) => attacked([evidence(ATTACK_AT + ms)]).attacks[0]);
    expect(outcomes.map((outcome) => outcome?.minutesToDetect ?? null)).toEqual([
      null,
      0,
      (2 * HOUR - 1) / 60_000,
      null,
    ]);
  });

  it('counts what is seen in a rollup as seen when its five minutes are over', () => {
    expect(attacked([evidence(ATTACK_AT, 'shape')]).attacks).toEqual([
      { kind: 'a burst from home', minutesToDetect: 5, by: ['shape'] },
    ]);
  });

  it('calls an alert false when nobody attacks, once a day, and not in the three days after an attack', () => {
    const moments = [0, 1, 25, 26].map((hours) => START + hours * HOUR);
    const after = [ATTACK_AT + 2 * HOUR, ATTACK_AT + HOUR + 3 * DAY_MS];
    expect(attacked([...moments, ...after].map((at) => evidence(at))).falseAlerts.map(({ alert }) => alert.at)).toEqual(
      [START, START + 25 * HOUR, ATTACK_AT + HOUR + 3 * DAY_MS],
    );
  });

  it('relates false alerts to 100 keys and a week', () => {
    const once = tally(watchOf([[evidence(START)], [], [], []]), COLD_START, ALL);
    expect(falseAlertsPer100KeyWeeks([once])).toBe(100 / 8);
  });

  it('calibrates by keys that were never attacked, in the time given', () => {
    const many = Array.from({ length: 40 }, (_, index) => [
      { ...evidence(START + HOUR), e: 4 + index / 100 },
      { ...evidence(START + 8 * DAY_MS), e: 8 },
    ]);
    // 40 key-weeks at 30 per 100 are 12 alerts, of which place may spend 4.2, and 2.4 that others leave.
    const { place } = calibrated([watchOf(many)], 30, { from: START, until: START + WEEK });
    expect(many.flat().filter(({ e }) => e >= place && e < 8)).toHaveLength(6);
  });
});

describe('a world', () => {
  const size = { keys: 4, learningDays: 1, watchedDays: 6, attacked: 1, hasSurprises: true };
  const happenings = (seed: number) => {
    const world = new World(seed, size);
    return JSON.stringify(
      Array.from({ length: world.buckets }, (_, bucket) => world.keys.map((key) => key.advance(bucket))),
    );
  };

  it('happens again with the same seed, and not with another', () => {
    expect(happenings(1) === happenings(1)).toBe(true);
    expect(happenings(1) === happenings(2)).toBe(false);
  });
});

function attacked(all: readonly Evidence[]) {
  return tally(watchOf([all], true), COLD_START, ALL);
}

/** Keys with made-up evidence; attacked ones for one hour. */
function watchOf(evidences: readonly (readonly Evidence[])[], isAttacked = false): Watch {
  const size = {
    keys: evidences.length,
    learningDays: 0,
    watchedDays: 14,
    attacked: Number(isAttacked),
    hasSurprises: false,
  };
  const world = new World(1, size);
  const from = (ATTACK_AT - START) / MINUTES_5;
  const keys = world.keys.map((life, index) => {
    if (life.attack)
      Object.assign(life.attack, { kind: 'a burst from home', from, until: from + HOUR / MINUTES_5 - 1 });
    return { life, evidence: evidences[index] ?? [] };
  });
  return { world, keys, microseconds: 0, bytes: 0 };
}

function evidence(at: number, kind: EvidenceKind = 'place'): Evidence {
  return { kind, e: 12, at, since: at, observed: 1, typical: [0, 1], once: 'about once in 10 years', facts: {} };
}
