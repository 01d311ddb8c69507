import { COLD_START, initialPool, stuffing, type UnknownKey } from '#domain';
import { BUCKETS_A_DAY, MINUTES_5, START } from './calendar.js';
import { Chance } from './chance.js';

const LEARNING_DAYS = 14;
const WATCHED_DAYS = 28;
const HALF_AN_HOUR = 6;
/** Alerts closer together are one. */
const ONE_ALERT_BUCKETS = 72;

export interface StuffingTrials {
  readonly attacks: number;
  readonly found: number;
  readonly minutes: readonly number[];
  readonly falseAlerts: number;
  readonly weeks: number;
}

/** Typing errors, scanners and forgotten scripts everywhere, and now and then somebody who tries out keys. */
export function stuffingTrials(worlds: number): StuffingTrials {
  const all = Array.from({ length: worlds }, (_, index) => trial(1 + index));
  const sum = (count: (one: StuffingTrials) => number) => all.reduce((total, one) => total + count(one), 0);
  return {
    attacks: sum(({ attacks }) => attacks),
    found: sum(({ found }) => found),
    minutes: all.flatMap(({ minutes }) => minutes),
    falseAlerts: sum(({ falseAlerts }) => falseAlerts),
    weeks: sum(({ weeks }) => weeks),
  };
}

interface Attack {
  readonly from: number;
  readonly until: number;
  readonly networks: number;
  readonly firstNetwork: number;
  /** A few keys from each of many networks rather than many from few. */
  readonly isLow: boolean;
}

function trial(seed: number): StuffingTrials {
  const chance = new Chance(seed);
  const attacks = Array.from({ length: WATCHED_DAYS / 2 }, (_, index) => attack(chance, index));
  const state = stuffing.init(START);
  const pool = initialPool();
  const foundAt = new Map<Attack, number>();
  let falseAlerts = 0;
  let lastAlert = -Infinity;
  for (let bucket = 0; bucket < (LEARNING_DAYS + WATCHED_DAYS) * BUCKETS_A_DAY; bucket++) {
    const tries = [...hum(chance, bucket), ...attacks.flatMap((each) => triesOf(each, chance, bucket))];
    const isAlarm = tries
      .map((each) => (stuffing.step(state, each, pool)?.e ?? 0) >= COLD_START.stuffing)
      .includes(true);
    if (!isAlarm || bucket < LEARNING_DAYS * BUCKETS_A_DAY) continue;
    const current = attacks.filter(({ from, until }) => bucket >= from && bucket < until + HALF_AN_HOUR);
    for (const each of current) if (!foundAt.has(each)) foundAt.set(each, 5 * (bucket - each.from));
    if (current.length === 0 && bucket - lastAlert > ONE_ALERT_BUCKETS) falseAlerts++;
    lastAlert = bucket;
  }
  return {
    attacks: attacks.length,
    found: foundAt.size,
    minutes: [...foundAt.values()],
    falseAlerts,
    weeks: WATCHED_DAYS / 7,
  };
}

function attack(chance: Chance, index: number): Attack {
  const from = Math.floor((LEARNING_DAYS + chance.share() * (WATCHED_DAYS - 1)) * BUCKETS_A_DAY);
  const isLow = chance.isTrue(0.4);
  const networks = isLow ? chance.integer(20, 80) : chance.integer(1, 5);
  return { from, until: from + chance.integer(2, 36), networks, firstNetwork: 700_000 + 1_000 * index, isLow };
}

function triesOf({ from, until, networks, firstNetwork, isLow }: Attack, chance: Chance, bucket: number): UnknownKey[] {
  if (bucket < from || bucket >= until) return [];
  return Array.from({ length: networks }, (_, index) => {
    if (isLow && chance.isTrue(0.5)) return [];
    return tries(chance, bucket, firstNetwork + index, isLow ? chance.integer(1, 3) : chance.integer(5, 60));
  }).flat();
}

/** Seldom one wrong key, more seldom one that a program repeats. */
function hum(chance: Chance, bucket: number): UnknownKey[] {
  const errors = Array.from({ length: chance.poisson(0.25) }, () =>
    tries(chance, bucket, 500_000 + chance.integer(0, 400), 1),
  );
  if (!chance.isTrue(1 / (6 * BUCKETS_A_DAY))) return errors.flat();
  const [repeated] = tries(chance, bucket, 600_000 + chance.integer(0, 50), 1);
  const repetitions = repeated ? Array.from({ length: chance.integer(20, 200) }, () => repeated) : [];
  return [...errors.flat(), ...repetitions];
}

/** So many different keys. */
function tries(chance: Chance, bucket: number, network: number, keys: number): UnknownKey[] {
  const at = START + bucket * MINUTES_5;
  return Array.from({ length: keys }, () => ({ at, network, key: chance.integer(0, 2 ** 32 - 1) }));
}
