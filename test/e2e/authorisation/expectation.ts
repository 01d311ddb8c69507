import { covers } from '#domain';
import { CATALOGUE, type ProblemCode } from '#problems';
import { type KeyDeath, type Role, ROLES, rowName, type Rule } from './rule.js';

/** Who calls, as far as it matters to the answer. */
export type CallerKind =
  /** No credentials at all. */
  | { readonly kind: 'nobody' }
  /** Sent as a bearer token, and none that lets anybody in. */
  | { readonly kind: 'no token' }
  | { readonly kind: 'person'; readonly role: Role }
  | {
      readonly kind: 'key';
      /** Of the owner now. */
      readonly role: Role;
      readonly isOwnerActive: boolean;
      readonly permissions: readonly string[];
      readonly death?: KeyDeath;
    };

/** Whose the object is that the request names. */
export const WHOSE = ['own', 'someone else’s', 'missing'] as const;
export type Whose = (typeof WHOSE)[number];

/** What a cell of the table has to be answered: the status and, of a refusal, the code. */
export interface Expectation {
  readonly status: number;
  readonly code?: ProblemCode;
  /** What is beyond reach is answered to the byte like what is not there. */
  readonly likeMissing?: boolean;
  /** Whether the object is in the list that is answered. */
  readonly shows?: boolean;
}

/** The answer that the policy asks for. Credentials are looked at first, then the right to call, then the object. */
export function expectation(row: string, rule: Rule, caller: CallerKind, whose: Whose): Expectation {
  const refused = refusedAtTheDoor(rule, caller);
  if (refused) return refusal(refused);
  const granted = { status: rule.answer };
  const reachesAll = rule.reach === 'everybody' || (rule.reach?.endsWith(':all') === true && holds(caller, rule.reach));
  if (rule.lists) return { ...granted, shows: whose === 'own' || reachesAll };
  if (!rule.names) return granted;
  const isInPath = rowName(row).path.includes('{');
  const isMissing = whose === 'missing';
  if (whose === 'own' || (reachesAll && !(isInPath && isMissing))) {
    return rule.ownerInPerson && !(whose === 'own' && caller.kind === 'person') ? refusal('FORBIDDEN') : granted;
  }
  const code = isInPath ? 'NOT_FOUND' : rule.beyond;
  return { ...(code === undefined ? granted : refusal(code)), likeMissing: true };
}

function refusedAtTheDoor({ who }: Rule, caller: CallerKind): ProblemCode | undefined {
  switch (who.kind) {
    case 'everybody':
      return undefined;
    case 'people':
      if (caller.kind !== 'person') return 'UNAUTHENTICATED';
      return isAtLeast(caller.role, who.from) ? undefined : 'FORBIDDEN';
    case 'people and keys':
      if (caller.kind === 'person') return isAtLeast(caller.role, who.from) ? undefined : 'FORBIDDEN';
      if (caller.kind !== 'key') return 'UNAUTHENTICATED';
      if (caller.death !== undefined) return DEATHS[caller.death];
      if (!covers(caller.permissions, who.scope)) return 'API_KEY_INSUFFICIENT_PERMISSIONS';
      if (!caller.isOwnerActive) return 'UNAUTHENTICATED';
      return isAtLeast(caller.role, who.from) ? undefined : 'FORBIDDEN';
    case 'keys':
      if (caller.kind === 'nobody') return 'API_KEY_MISSING';
      if (caller.kind !== 'key') return 'API_KEY_MALFORMED';
      if (caller.death !== undefined && !who.evenIf?.includes(caller.death)) return DEATHS[caller.death];
      // What a key may do elsewhere is between it and its owner: it works on when the owner may sign in no more.
      if (who.permission === undefined || covers(caller.permissions, who.permission)) return undefined;
      return 'API_KEY_INSUFFICIENT_PERMISSIONS';
  }
}

function holds(caller: CallerKind, scope: string): boolean {
  if (caller.kind !== 'person' && caller.kind !== 'key') return false;
  return caller.role === 'admin' && (caller.kind === 'person' || covers(caller.permissions, scope));
}

function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

function refusal(code: ProblemCode): Expectation {
  return { status: CATALOGUE[code].status, code };
}

const DEATHS: Readonly<Record<KeyDeath, ProblemCode>> = {
  disabled: 'API_KEY_DISABLED',
  revoked: 'API_KEY_REVOKED',
  expired: 'API_KEY_EXPIRED',
  retired: 'API_KEY_GRACE_ENDED',
  unknown: 'API_KEY_NOT_FOUND',
  malformed: 'API_KEY_MALFORMED',
};
