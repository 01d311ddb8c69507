import type { Role } from './role.js';

/** Who asks, as the guard established it for this request. */
export type Principal = PersonPrincipal | KeyPrincipal;

export interface PersonPrincipal {
  readonly kind: 'person';
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  /** Management scopes that follow from the role. */
  readonly scopes: readonly string[];
}

export interface KeyPrincipal {
  readonly kind: 'key';
  readonly keyId: string;
  /** The person the key belongs to: the key acts for them and never beyond them. */
  readonly userId: string;
  readonly role: Role;
  /** Everything the key was given: it hands on nothing else. */
  readonly permissions: readonly string[];
  /** Management scopes of the key that its owner holds too. */
  readonly scopes: readonly string[];
}
