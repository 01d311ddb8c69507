export const ROLES = ['readonly', 'developer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may do. Everything else in akm asks for a scope, never for a role. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly string[]>> = {
  readonly: ['akm:anomalies:read', 'akm:keys:read', 'akm:logs:read', 'akm:webhooks:read'],
  developer: [
    'akm:anomalies:read',
    'akm:anomalies:write',
    'akm:keys:read',
    'akm:keys:write',
    'akm:logs:read',
    'akm:verify',
    'akm:webhooks:read',
    'akm:webhooks:write',
  ],
  admin: ['akm:*'],
};
