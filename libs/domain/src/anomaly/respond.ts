import { SEVERITIES, type Alert, type Severity } from './decide.js';
import { type EvidenceKind, IN_VAIN } from './evidence.js';

/** What a severity may call for besides telling of it, from the mildest up. */
export const REACTIONS = ['notify', 'throttle', 'suspend'] as const;

export type Reaction = (typeof REACTIONS)[number];

/** In a dry run it is noted what would have been done, and nothing is. */
export const RESPONSE_MODES = ['off', 'dry_run', 'act'] as const;

export type ResponseMode = (typeof RESPONSE_MODES)[number];

/** What somebody has switched on. */
export interface ResponsePolicy {
  readonly mode: ResponseMode;
  readonly reactions: Readonly<Record<Severity, Reaction>>;
  /** Whether a key is suspended that is the last of its owner, or of a service. */
  readonly suspendsLastKey: boolean;
}

/** How things stand when an alert is answered. */
export interface Circumstances {
  /** Whether the key can be used at all. */
  readonly isUsable: boolean;
  readonly isThrottled: boolean;
  /** Whether its owner, or a service that it is for, has no other key that can be used. */
  readonly isLastKey: boolean;
  /** Whether somebody has undone a response to this key within `UNDONE_MS`. */
  readonly isUndoneLately: boolean;
  /** The 99th percentile of the uses in a minute in which the key is used; null: nothing is known of it. */
  readonly usualPerMinute: number | null;
  /** How many keys can be used. */
  readonly keys: number;
  /** How many others were answered within the last hour. */
  readonly othersLately: number;
}

export const WITHHELD_BECAUSE = [
  'shape_alone',
  'last_key',
  'undone_lately',
  'nothing_usual',
  'circuit_breaker',
] as const;

/** Why nothing was done about an alert that called for it. */
export type WithheldBecause = (typeof WITHHELD_BECAUSE)[number];

/** What is done about an alert. All are told. */
export type Response =
  | { readonly kind: 'notified' }
  | { readonly kind: 'throttled'; readonly isDryRun: boolean; readonly perMinute: number; readonly until: number }
  /** `until`: how long one call undoes it. It does not end by itself. */
  | { readonly kind: 'suspended'; readonly isDryRun: boolean; readonly until: number }
  | {
      readonly kind: 'withheld';
      readonly reaction: Exclude<Reaction, 'notify'>;
      readonly because: WithheldBecause;
    };

const HOUR_MS = 3_600_000;
/** How long a key is throttled. */
export const THROTTLED_MS = HOUR_MS;
const UNDOABLE_MS = 24 * HOUR_MS;
/** For so long a key is left alone once somebody has undone what was done to it: they know more. */
export const UNDONE_MS = 24 * HOUR_MS;
/** How far back responses count for the circuit breaker. */
export const BREAKER_MS = HOUR_MS;
const BREAKER_SHARE = 0.01;
const TIMES_USUAL = 2;
const NOTIFIED: Response = { kind: 'notified' };

/** What is done about an alert. */
export function respond(
  alert: Pick<Alert, 'misuse' | 'kinds'>,
  policy: ResponsePolicy,
  circumstances: Circumstances,
  now: number,
): Response {
  const reaction = reactionTo(alert, policy);
  const { isUsable, isThrottled, usualPerMinute } = circumstances;
  if (reaction === 'notify' || !isUsable || (reaction === 'throttle' && isThrottled)) return NOTIFIED;
  const because = whyNot(reaction, alert.kinds, policy, circumstances);
  if (because !== null) return { kind: 'withheld', reaction, because };
  const isDryRun = policy.mode !== 'act';
  if (reaction === 'suspend') return { kind: 'suspended', isDryRun, until: now + UNDOABLE_MS };
  if (usualPerMinute === null) return { kind: 'withheld', reaction, because: 'nothing_usual' };
  const perMinute = Math.max(1, Math.ceil(TIMES_USUAL * usualPerMinute));
  return { kind: 'throttled', isDryRun, perMinute, until: now + THROTTLED_MS };
}

/**
 * What an alert calls for, whatever the circumstances. What was used in vain is only told of: nobody is to take a key from
 * its owner by showing an old secret of it.
 */
export function reactionTo({ misuse }: Pick<Alert, 'misuse'>, policy: ResponsePolicy): Reaction {
  return policy.mode === 'off' || misuse === null ? 'notify' : policy.reactions[misuse];
}

/** How many keys may be answered within an hour before the circuit breaker holds back what comes next. */
export function responsesAnHour(keys: number): number {
  return Math.max(1, Math.floor(BREAKER_SHARE * keys));
}

/** Whether a policy would do what nobody has seen a dry run of. */
export function isUntried(before: ResponsePolicy, after: ResponsePolicy): boolean {
  if (after.mode !== 'act') return false;
  if (before.mode === 'off' || (after.suspendsLastKey && !before.suspendsLastKey)) return true;
  return SEVERITIES.some((severity) => rank(after.reactions[severity]) > rank(before.reactions[severity]));
}

function whyNot(
  reaction: Reaction,
  kinds: readonly EvidenceKind[],
  policy: ResponsePolicy,
  { isUndoneLately, isLastKey, othersLately, keys }: Circumstances,
): WithheldBecause | null {
  if (isUndoneLately) return 'undone_lately';
  if (reaction === 'suspend') {
    // Whoever has a busy day is not to find the key gone.
    if (kinds.every((kind) => kind === 'shape' || IN_VAIN.has(kind))) return 'shape_alone';
    if (isLastKey && !policy.suspendsLastKey) return 'last_key';
  }
  return othersLately >= responsesAnHour(keys) ? 'circuit_breaker' : null;
}

function rank(reaction: Reaction): number {
  return REACTIONS.indexOf(reaction);
}
