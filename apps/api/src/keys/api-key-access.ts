import { covers } from '#domain';
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
 * Nobody hands on a management scope that they do not hold themselves. What a key may do in the services of its owner
 * is the owner's affair; what it may do in akm is ours.
 */
export function assertGrantable(caller: Principal, permissions: readonly string[]): void {
  const excess = permissions.filter(
    (permission) => isManagementScope(permission) && !covers(caller.scopes, permission),
  );
  if (excess.length === 0) return;
  throw problem('FORBIDDEN', { detail: `You cannot grant what you do not hold: ${excess.join(', ')}.` });
}

function isManagementScope(permission: string): boolean {
  return /^akm[:.]/.test(permission);
}
