import { covers, type KeyAction } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import type { ApiKey } from './api-key.entity.js';

/** Whether the caller manages the keys of everybody, or only those of the person it is or acts for. */
export function managesAllKeys(caller: Principal): boolean {
  return covers(caller.scopes, 'akm:keys:all');
}

/** Somebody else's key and no key at all look the same from outside. */
export function assertVisible(caller: Principal, key: ApiKey | undefined): asserts key is ApiKey {
  if (!key || !(key.ownerId === caller.userId || managesAllKeys(caller))) throw problem('NOT_FOUND');
}

/**
 * Nobody hands on what they do not hold: no management scope that is not theirs, and a key nothing at all that it was
 * not given itself. What a key may do in the services of its owner is for the owner to say.
 */
export function assertGrantable(caller: Principal, permissions: readonly string[]): void {
  const excess = permissions.filter((permission) => !mayGrant(caller, permission));
  if (excess.length === 0) return;
  throw problem('FORBIDDEN', { detail: `You cannot grant what you do not hold: ${excess.join(', ')}.` });
}

/**
 * A key used to manage keys must not become, by way of another key, more than it is: whoever rotates a key sees its
 * secret, and whoever changes one lifts its bounds. Taking power away is always allowed.
 */
export function assertWithinReach(caller: Principal, key: ApiKey, action: KeyAction): void {
  if (caller.kind === 'person' || REDUCING.has(action)) return;
  if (action === 'update' && caller.keyId === key.id) {
    throw problem('FORBIDDEN', { detail: 'A key cannot change itself. Use another one, or sign in.' });
  }
  assertGrantable(caller, key.permissions);
}

const REDUCING: ReadonlySet<KeyAction> = new Set(['disable', 'revoke', 'end_grace']);

function mayGrant(caller: Principal, permission: string): boolean {
  if (MANAGEMENT_SCOPE.test(permission)) return covers(caller.scopes, permission);
  return caller.kind === 'person' || covers(caller.permissions, permission);
}

const MANAGEMENT_SCOPE = /^akm[:.]/;
