import { EVIDENCE_MAX, EVIDENCE_MIN, type Evidence, type EvidenceKind } from './evidence.js';
import { STUFFING_ALARM } from './stuffing.js';

/** From which evidence on each kind alerts. */
export type Thresholds = Readonly<Record<EvidenceKind, number>>;

/** Those of `DEFAULT_BUDGET`, as long as nothing is known about these keys. */
export const COLD_START: Thresholds = {
  place: 2.7,
  shape: 11,
  shared: 0,
  denied: 4.5,
  sharing: 1.6,
  dormant: 3.2,
  stuffing: STUFFING_ALARM,
  retired_secret: 0,
  canary: 0,
};

/** False alerts accepted per 100 keys per week, unless somebody says otherwise. */
export const DEFAULT_BUDGET = 2;

/**
 * By how much thresholds fall as the budget rises: the power of it that they go with. As in the worlds that the thresholds
 * of the start were chosen in, where budgets from a fifth of an alert to fifty were tried.
 */
const STEEPNESS = { place: 0.1, shape: 0.32, denied: 0.17, sharing: 0.03, dormant: 0.2 };

/**
 * What a budget buys as long as nothing is known about these keys.
 *
 * @param budget false alerts accepted per 100 keys per week; above 0.
 */
export function startingThresholds(budget: number): Thresholds {
  const thresholds = { ...COLD_START };
  for (const [kind] of SHARES)
    thresholds[kind] = Math.max(EVIDENCE_MIN, COLD_START[kind] * (budget / DEFAULT_BUDGET) ** -STEEPNESS[kind]);
  return thresholds;
}

/**
 * Which part of the budget a kind may spend, and what the kinds before it have left. The others alert on what has no
 * false form, or are not of a key.
 */
const SHARES = [
  ['dormant', 0.05],
  ['sharing', 0.05],
  ['denied', 0.1],
  ['place', 0.35],
  ['shape', 0.45],
] as const satisfies [EvidenceKind, number][];

const DAY_MS = 86_400_000;
const KEYS_MIN = 30;
/** A threshold that rests on fewer alerts than this is no lower than at the start. */
const ALERTS_TO_LOWER = 3;

/** Evidence as it was kept. */
export interface EvidenceRow extends Pick<Evidence, 'kind' | 'at' | 'e'> {
  readonly keyId: string;
}

/** What the evidence is of. */
export interface Watched {
  readonly keys: number;
  /** How long they were watched, all together: 100 keys over four weeks are 400. */
  readonly keyWeeks: number;
}

/**
 * The lowest thresholds under which the evidence at hand would have cost no more alerts than accepted, at one alert a
 * day (UTC) for each key. Leave out keys with a confirmed incident: an attack is not to raise the bar for the next.
 *
 * @param budget false alerts accepted per 100 keys per week.
 */
export function calibrate(rows: readonly EvidenceRow[], { keys, keyWeeks }: Watched, budget: number): Thresholds {
  if (keys < KEYS_MIN) return startingThresholds(budget);
  const thresholds = { ...COLD_START };
  const alertedDays = new Set<string>();
  let left = 0;
  for (const [kind, share] of SHARES) {
    const affordable = left + (share * budget * keyWeeks) / 100;
    const days = strongestOfDays(rows.filter((row) => row.kind === kind));
    for (const day of alertedDays) days.delete(day);
    thresholds[kind] = threshold(
      kind,
      [...days.values()].sort((one, other) => other - one),
      affordable,
    );
    const alerted = [...days].filter(([, e]) => e >= thresholds[kind]);
    for (const [day] of alerted) alertedDays.add(day);
    left = affordable - alerted.length;
  }
  return thresholds;
}

/** @param strongest of each day, in descending order. */
function threshold(kind: EvidenceKind, strongest: readonly number[], alerts: number): number {
  const tooMany = strongest[Math.floor(alerts)] ?? 0;
  const affordable = strongest.filter((e) => e > tooMany);
  const lowest = affordable.at(-1) ?? above(strongest[0] ?? 0, kind);
  return Math.max(lowest, alerts < ALERTS_TO_LOWER ? COLD_START[kind] : EVIDENCE_MIN);
}

/** The strongest of each key and day. */
function strongestOfDays(rows: readonly EvidenceRow[]): Map<string, number> {
  const days = new Map<string, number>();
  for (const { keyId, at, e } of rows) {
    const day = `${keyId} ${Math.floor(at / DAY_MS)}`;
    days.set(day, Math.max(e, days.get(day) ?? 0));
  }
  return days;
}

/** All of it was false, so more is asked for, but never more than can be said. */
function above(strongest: number, kind: EvidenceKind): number {
  return kind === 'shape' ? strongest + 0.1 : Math.min(EVIDENCE_MAX, strongest + 0.1);
}
