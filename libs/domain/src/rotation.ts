import type { KeyState } from './key-state.js';

/** How a key is given new secrets by itself. */
export interface RotationPolicy {
  /** From one secret to the next. */
  readonly everyDays: number;
  /** How long the secret before still works. Not longer than the period: the next rotation would cut it short. */
  readonly graceHours: number;
}

/** What decides when a key is given its next secret. Moments in milliseconds since the epoch. */
export interface RotatingKey {
  readonly state: KeyState;
  readonly policy: RotationPolicy | null;
  /** When its current secret was made, by hand or not: a rotation by hand begins a new period. */
  readonly secretSince: number;
  readonly expiresAt: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * When the key is given its next secret, which may be in the past: then it is due. Null: as things stand, never. A key
 * that is switched off or that expires before is left alone.
 */
export function nextRotationAt({ state, policy, secretSince, expiresAt }: RotatingKey): number | null {
  if (state !== 'active' || policy === null) return null;
  const at = secretSince + policy.everyDays * DAY_MS;
  return expiresAt !== null && at >= expiresAt ? null : at;
}

export function isRotationDue(key: RotatingKey, now: number): boolean {
  const at = nextRotationAt(key);
  return at !== null && now >= at && (key.expiresAt === null || now < key.expiresAt);
}

/** When the secret before stops working if its key is given another one now. No grace outlives the key. */
export function graceEndsAt(graceHours: number, expiresAt: number | null, now: number): number {
  return Math.min(now + graceHours * HOUR_MS, expiresAt ?? Infinity);
}

/** A new secret that nobody has taken yet. Moments in milliseconds since the epoch. */
export interface WaitingSecretFacts {
  readonly since: number;
  /** When the secret before stops working. */
  readonly graceEndsAt: number;
}

/**
 * How many reminders its owner is owed by now: one when half of the grace is over, while there is still time, and one
 * when it has ended and nobody can use the key. Of two that were missed only the last is worth giving.
 */
export function remindersOwed({ since, graceEndsAt: end }: WaitingSecretFacts, now: number): 0 | 1 | 2 {
  if (now >= end) return 2;
  return now >= since + (end - since) / 2 ? 1 : 0;
}
