/** The permissions an HTTP method asks for, and `admin`, which implies the other three and nothing else. */
export const BUILT_IN_PERMISSIONS = ['read', 'write', 'delete', 'admin'] as const;

export type BuiltInPermission = (typeof BUILT_IN_PERMISSIONS)[number];

/**
 * Whether a text is a permission: a built-in or a scope of ours or of the key's owner, such as `reports.read` or
 * `akm:keys:*`. `*` stands only as the last of several segments: a key for everything there is cannot be written.
 */
export function isPermission(text: string): boolean {
  return text.length <= PERMISSION_LENGTH_MAX && PERMISSION.test(text);
}

/**
 * Whether what is granted includes what is required. `a.*` includes everything below `a.`, wildcards too, but not `a`.
 * The required permission must have passed `isPermission`; a granted one that has not never grants more than itself.
 */
export function covers(granted: readonly string[], required: string): boolean {
  return granted.some((permission) => includes(permission, required));
}

export const PERMISSION_LENGTH_MAX = 128;

/** A segment and its separator share no character, so matching never goes back. */
const PERMISSION = /^[a-z0-9_-]+(?:[.:][a-z0-9_-]+)*(?:[.:]\*)?$/;

const IMPLIED_BY_ADMIN: ReadonlySet<string> = new Set<BuiltInPermission>(['read', 'write', 'delete']);

function includes(granted: string, required: string): boolean {
  if (granted === required) return true;
  if (granted === 'admin') return IMPLIED_BY_ADMIN.has(required);
  return isWildcard(granted) && required.startsWith(granted.slice(0, -1));
}

function isWildcard(permission: string): boolean {
  return permission.endsWith('.*') || permission.endsWith(':*');
}
