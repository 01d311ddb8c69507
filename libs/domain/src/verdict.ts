import { contains, type Address, type AddressRange } from './address.js';
import type { KeyEnvironment } from './key-format.js';
import type { KeyState } from './key-state.js';
import { satisfies, type PermissionQuery } from './permission-query.js';

/** Every answer to "may this key do that now", in the order of the checks: a contract, the first that fails is said. */
export const VERDICT_CODES = [
  'MISSING',
  'MALFORMED',
  'NOT_FOUND',
  'REVOKED',
  'DISABLED',
  'GRACE_ENDED',
  'EXPIRED',
  'WRONG_ENVIRONMENT',
  'SERVICE_NOT_ALLOWED',
  'IP_NOT_ALLOWED',
  'USER_AGENT_NOT_ALLOWED',
  'INSUFFICIENT_PERMISSIONS',
  'USAGE_EXCEEDED',
  'RATE_LIMITED',
  'VALID',
] as const;

export type VerdictCode = (typeof VERDICT_CODES)[number];

/** What is known about the key whose digest was presented. An empty list of what is allowed allows everything. */
export interface KeyFacts {
  readonly state: KeyState;
  /** Laid out to be found: to whoever shows it there is no such key, whatever else may be true of it. */
  readonly isCanary: boolean;
  /** The version of the secret that was presented: `retiredAt` is the moment its grace ends, null if it is current. */
  readonly secret: { readonly retiredAt: number | null };
  readonly expiresAt: number | null;
  readonly environment: KeyEnvironment;
  readonly allowedServices: readonly string[];
  readonly allowedRanges: readonly AddressRange[];
  /** Parts of a User-Agent, in any case. */
  readonly allowedUserAgents: readonly string[];
  readonly permissions: readonly string[];
  /** Null: not counted. */
  readonly creditsRemaining: number | null;
}

/** What is known about the request. An absent service, address or agent fails the key that is restricted to some. */
export interface Attempt {
  readonly presented: 'missing' | 'malformed' | 'well_formed';
  /** Absent: the caller serves all of them, nothing to check. */
  readonly environment?: KeyEnvironment | undefined;
  readonly service?: string | undefined;
  readonly address?: Address | undefined;
  readonly userAgent?: string | undefined;
  /** Absent: the key need only be good. */
  readonly required?: PermissionQuery | undefined;
  /** Credits this use takes, a whole number; 0 only looks. */
  readonly cost: number;
}

/**
 * Judges one use of a key. Spends nothing; the rate limit, which does, is checked after a `VALID`, and only then can
 * the answer become `RATE_LIMITED`. Moments are inclusive: at `expiresAt` exactly, the key has expired.
 */
export function decide(key: KeyFacts | undefined, attempt: Attempt, now: number): VerdictCode {
  if (attempt.presented === 'missing') return 'MISSING';
  if (attempt.presented === 'malformed') return 'MALFORMED';
  if (key === undefined || key.isCanary) return 'NOT_FOUND';
  if (key.state === 'revoked') return 'REVOKED';
  if (key.state === 'disabled') return 'DISABLED';
  if (hasCome(key.secret.retiredAt, now)) return 'GRACE_ENDED';
  if (hasCome(key.expiresAt, now)) return 'EXPIRED';
  if (attempt.environment !== undefined && attempt.environment !== key.environment) return 'WRONG_ENVIRONMENT';
  if (!allowsService(key, attempt.service)) return 'SERVICE_NOT_ALLOWED';
  if (!allowsAddress(key, attempt.address)) return 'IP_NOT_ALLOWED';
  if (!allowsUserAgent(key, attempt.userAgent)) return 'USER_AGENT_NOT_ALLOWED';
  if (attempt.required && !satisfies(key.permissions, attempt.required)) return 'INSUFFICIENT_PERMISSIONS';
  if (key.creditsRemaining !== null && !(attempt.cost <= key.creditsRemaining)) return 'USAGE_EXCEEDED';
  return 'VALID';
}

function hasCome(moment: number | null, now: number): boolean {
  return moment !== null && now >= moment;
}

function allowsService({ allowedServices }: KeyFacts, service: string | undefined): boolean {
  return allowedServices.length === 0 || (service !== undefined && allowedServices.includes(service));
}

function allowsAddress({ allowedRanges }: KeyFacts, address: Address | undefined): boolean {
  if (allowedRanges.length === 0) return true;
  return address !== undefined && allowedRanges.some((range) => contains(range, address));
}

function allowsUserAgent({ allowedUserAgents }: KeyFacts, userAgent: string | undefined): boolean {
  if (allowedUserAgents.length === 0) return true;
  const agent = userAgent?.toLowerCase() ?? '';
  // The empty text is part of every agent and would lift the restriction that it stands in.
  return allowedUserAgents.some((part) => part !== '' && agent.includes(part.toLowerCase()));
}
