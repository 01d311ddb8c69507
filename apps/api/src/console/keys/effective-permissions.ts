import { covers } from '#domain';
import { type Role, ROLE_SCOPES } from '../../access/role.js';

/** What one permission of a key comes to. */
export interface EffectivePermission {
  readonly permission: string;
  readonly means: string;
  /** Whether it counts at present. */
  readonly isEffective: boolean;
}

const BUILT_IN: Readonly<Record<string, string>> = {
  read: 'GET and HEAD',
  write: 'POST, PUT and PATCH',
  delete: 'DELETE',
  admin: 'read, write and delete',
};

/** A scope of akm itself counts only as far as the owner of the key holds it too, whatever the key was given. */
export function effectivePermissions(permissions: readonly string[], owner: Role): EffectivePermission[] {
  return permissions.map((permission) => {
    if (!/^akm[:.]/.test(permission))
      return { permission, means: BUILT_IN[permission] ?? ownScope(permission), isEffective: true };
    const held = ROLE_SCOPES[owner].filter((scope) => covers([permission], scope));
    if (covers(ROLE_SCOPES[owner], permission)) return { permission, means: 'manages akm', isEffective: true };
    if (held.length > 0)
      return { permission, means: `of it, what its owner may do: ${held.join(', ')}`, isEffective: true };
    return { permission, means: `nothing: its owner is ${owner} and may not do this`, isEffective: false };
  });
}

function ownScope(permission: string): string {
  return permission.endsWith('*') ? `everything below ${permission.slice(0, -1)}` : 'a scope of your own';
}
