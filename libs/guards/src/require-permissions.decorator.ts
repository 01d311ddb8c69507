import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { allOf, isPermission, parseQuery, type PermissionQuery } from '#domain';

/** Metadata: a PermissionQuery, or BY_METHOD. */
export const REQUIRED_PERMISSIONS = Symbol('required permissions');
export const BY_METHOD = 'by method';

/**
 * What the key must hold: a list (all of them), or one query such as `a.read AND (b OR c.*)`.
 * @throws RangeError while the class is being defined, if the query or a permission cannot be read.
 */
export function RequirePermissions(...permissions: [string, ...string[]]): CustomDecorator<symbol> {
  return SetMetadata(REQUIRED_PERMISSIONS, permissions.length > 1 ? listed(permissions) : parsed(permissions[0]));
}

/** The method decides: GET, HEAD and OPTIONS need `read`, DELETE needs `delete`, everything else `write`. */
export function RequirePermissionsByMethod(): CustomDecorator<symbol> {
  return SetMetadata(REQUIRED_PERMISSIONS, BY_METHOD);
}

export function permissionOfMethod(method: string): PermissionQuery {
  if (method === 'DELETE') return DELETE;
  return SAFE_METHODS.has(method) ? READ : WRITE;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const READ = allOf(['read']);
const WRITE = allOf(['write']);
const DELETE = allOf(['delete']);

function listed(permissions: readonly string[]): PermissionQuery {
  const bad = permissions.findIndex((permission) => !isPermission(permission));
  if (bad === -1) return allOf(permissions);
  throw new RangeError(`@RequirePermissions(): argument ${bad + 1} is no permission; a query stands alone`);
}

function parsed(text: string): PermissionQuery {
  const result = parseQuery(text);
  if ('query' in result) return result.query;
  throw new RangeError(`@RequirePermissions(): ${result.error} (at ${result.position})`);
}
