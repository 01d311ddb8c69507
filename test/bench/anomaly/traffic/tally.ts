import {
  NEVER_ALERTED,
  calibrate,
  decideAlert,
  type Alert,
  type EvidenceKind,
  type EvidenceRow,
  type Thresholds,
} from '#domain';
import { type AttackKind } from './attack.js';
import { DAY_MS, MINUTES_5, START } from './calendar.js';
import { type Watch, type WatchedKey } from './watch.js';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * DAY_MS;
/** After an attack the key is being looked at: what is alerted then is neither false nor a find. */
const AFTERMATH_MS = 3 * DAY_MS;

/** A stretch of time in milliseconds since the epoch; the end is not part of it. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

export interface AttackOutcome {
  readonly kind: AttackKind;
  /** From its first moment to the first alert; null when there was none. */
  readonly minutesToDetect: number | null;
  readonly by: readonly EvidenceKind[];
}

export interface Tally {
  readonly attacks: readonly AttackOutcome[];
  /** At most one a day of each key. */
  readonly falseAlerts: readonly { readonly key: WatchedKey; readonly alert: Alert }[];
  readonly keyWeeks: number;
}

/** The days of a world in which attacks happen. */
export function watchedDays({ world }: Watch): Stretch {
  const from = START + world.size.learningDays * DAY_MS;
  return { from, until: from + world.size.watchedDays * DAY_MS };
}

/** What the alerts of this time were worth, under these thresholds. */
export function tally(watch: Watch, thresholds: Thresholds, during: Stretch): Tally {
  const attacks: AttackOutcome[] = [];
  const falseAlerts: { key: WatchedKey; alert: Alert }[] = [];
  for (const key of watch.keys) {
    const alerts = alertsOf(key, thresholds, during);
    const attack = attackOn(key);
    if (attack !== undefined) attacks.push(outcome(attack, alerts));
    let lastFalseAt = -Infinity;
    for (const alert of alerts) {
      if (attack !== undefined && alert.at >= attack.from && alert.at < attack.until + AFTERMATH_MS) continue;
      if (alert.at - lastFalseAt < DAY_MS) continue;
      lastFalseAt = alert.at;
      falseAlerts.push({ key, alert });
    }
  }
  return { attacks, falseAlerts, keyWeeks: (watch.keys.length * (during.until - during.from)) / WEEK_MS };
}

/** Thresholds from what keys that were never attacked showed in this time. */
export function calibrated(watches: readonly Watch[], budget: number, during: Stretch): Thresholds {
  const keys = watches.flatMap((watch) => watch.keys).filter(({ life }) => life.attack === undefined);
  const rows = keys.flatMap(({ life, evidence }) =>
    evidence.filter(({ at }) => isDuring(at, during)).map((each): EvidenceRow => ({ ...each, keyId: life.id })),
  );
  const keyWeeks = (keys.length * (during.until - during.from)) / WEEK_MS;
  return calibrate(rows, { keys: keys.length, keyWeeks }, budget);
}

export function falseAlertsPer100KeyWeeks(tallies: readonly Tally[]): number {
  const count = tallies.reduce((sum, { falseAlerts }) => sum + falseAlerts.length, 0);
  return (100 * count) / tallies.reduce((sum, { keyWeeks }) => sum + keyWeeks, 0);
}

function alertsOf({ evidence }: WatchedKey, thresholds: Thresholds, during: Stretch): Alert[] {
  const alerts: Alert[] = [];
  let quiet = NEVER_ALERTED;
  for (const each of evidence) {
    if (!isDuring(each.at, during)) continue;
    const decision = decideAlert([each], thresholds, quiet, { canWrite: true });
    quiet = decision.quiet;
    if (decision.alert) alerts.push(decision.alert);
  }
  return alerts;
}

interface AttackTime extends Stretch {
  readonly kind: AttackKind;
}

function attackOn({ life: { attack } }: WatchedKey): AttackTime | undefined {
  if (attack === undefined) return undefined;
  return { kind: attack.kind, from: START + attack.from * MINUTES_5, until: START + (attack.until + 1) * MINUTES_5 };
}

/** What is alerted within the hour after an attack has found it: the shape of two hours is still that of the attack. */
function outcome({ kind, from, until }: AttackTime, alerts: readonly Alert[]): AttackOutcome {
  const finds = alerts.filter(({ at }) => at >= from && at < until + HOUR_MS);
  const foundAt = Math.min(...finds.map(momentOf));
  return {
    kind,
    minutesToDetect: finds.length === 0 ? null : (foundAt - from) / 60_000,
    by: [...new Set(finds.flatMap(({ evidence }) => evidence.map((each) => each.kind)))],
  };
}

/** Rollups are looked at when their five minutes are over, uses when they come. */
function momentOf({ at, evidence }: Alert): number {
  return evidence.some(({ kind }) => kind !== 'shape') ? at : at + MINUTES_5;
}

function isDuring(at: number, { from, until }: Stretch): boolean {
  return at >= from && at < until;
}
