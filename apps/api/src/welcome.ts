import type { AdminCredentials } from './auth/first-admin.js';

/** To the terminal and not to the log: a log is kept, and this is a password. */
export function welcome(address: string, { email, password }: AdminCredentials): string {
  return `
  akm is running at  ${address}
  Console            ${address}/dashboard
  API explorer       ${address}/docs

  First admin        ${email}
  One-time password  ${password}
  (signs in once and is not shown again: change it right away
  in the console or with POST /api/v1/auth/change-password)

`;
}

/** How to get the first account where akm makes none by itself. */
export function noAccountYet(databaseUrl: string | null): string {
  const how = databaseUrl === null ? 'Stop akm and make an administrator with' : 'Make an administrator with';
  return `Nobody has an account yet. ${how}: ${ADMIN_COMMAND}`;
}

const ADMIN_COMMAND = 'node dist/apps/cli/src/main.js admin create --email YOU@EXAMPLE.COM --username YOU';
