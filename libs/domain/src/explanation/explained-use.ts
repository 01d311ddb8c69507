import type { Address, AddressRange } from '../address.js';
import type { Refill } from '../credits.js';
import type { KeyEnvironment } from '../key-format.js';
import type { KeyState } from '../key-state.js';
import type { VerdictCode } from '../verdict.js';

/** What is on record of one use of a key. What is not here was not written down, and must not be guessed. */
export interface RecordedUse {
  readonly code: VerdictCode;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly endpoint: string;
  /** What was kept of the address, which may be its network or a hash; null: nothing is on record. */
  readonly address: string | null;
  /** The same to compare with; null unless all of it was kept. */
  readonly wholeAddress: Address | null;
  readonly userAgent: string | null;
  /** How often the key was let in before; null where nobody needs to know, or can. */
  readonly usesBefore: UsesBefore | null;
}

/** Uses that were let in before a moment. The last two are counted by whole minutes and hours; null: no longer known. */
export interface UsesBefore {
  readonly minute: number;
  readonly hour: number | null;
  readonly day: number;
}

/** What of a key decides about its uses, under the names that the API has for it. Times are RFC 3339. */
export interface KeyRules {
  readonly state: KeyState;
  /** Of the secret that was shown: when its grace ends, null if it is the current one. */
  readonly grace_period_ends_at: string | null;
  readonly expires_at: string | null;
  readonly environment: KeyEnvironment;
  readonly allowed_services: readonly string[];
  readonly allowed_ips: readonly string[];
  readonly allowed_user_agents: readonly string[];
  readonly permissions: readonly string[];
  readonly credits: { readonly remaining: number; readonly refill: Refill | null } | null;
  /** Null: as the server has it for all keys. */
  readonly rate_limits: Readonly<Record<'minute' | 'hour' | 'day', number | null>>;
}

export type RuleName = keyof KeyRules;

/** The key as it is now. */
export interface ExplainedKey {
  readonly name: string;
  readonly isCanary: boolean;
  /** What is shown of the secret that was used, or of the current one where that is not known. */
  readonly display: string;
  /** What is shown of the secret that works now, and since when there has been one. */
  readonly current: { readonly display: string; readonly since: number };
  readonly rules: KeyRules;
  /** The tighter limit that it had last, because of an alert; null: none is on record. */
  readonly throttle: { readonly perMinute: number; readonly from: number; readonly until: number } | null;
  /** `allowed_ips`, to compare with. */
  readonly allowedRanges: readonly AddressRange[];
}

/** One change of a rule after the use. Of limits, `from` has those that were changed. */
export type RuleChange = {
  readonly [Rule in RuleName]: {
    readonly at: number;
    readonly rule: Rule;
    /** Undefined: the log does not say. */
    readonly from: Partial<KeyRules[Rule]> | undefined;
  };
}[RuleName];

/** Why a use came to its verdict. */
export interface Explanation {
  /** What happened, in sentences. */
  readonly summary: string;
  /** What of the key decided; null: nothing of it, or there is none. */
  readonly rule: ExplainedRule | null;
  /** Whether the same use would pass the same check now; null: that cannot be told from what is on record. */
  readonly passesNow: boolean | null;
  /** What is not on record, in sentences. */
  readonly unknown: readonly string[];
  /** What would have to be different, most promising first. */
  readonly remedies: readonly Remedy[];
}

export interface ExplainedRule {
  readonly name: RuleName;
  /** What it was when it decided; undefined: no longer known. */
  readonly then: unknown;
  readonly now: unknown;
  /** When it was changed since, oldest first. */
  readonly changedAt: readonly number[];
}

export interface Remedy {
  readonly text: string;
  /** What to do with the key; null: it is not the key that has to change, or not known to what. */
  readonly step: KeyStep | null;
}

export type KeyStep =
  | { readonly action: 'update'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly action: 'enable' | 'rotate' };
