import { type ProblemType } from './problem-type.js';

/** What people meet when they register, sign in and administer each other. */
export const PEOPLE_PROBLEMS = {
  UNAUTHENTICATED: {
    status: 401,
    title: 'Not signed in',
    meaning: 'The access token is missing, malformed, expired or no longer valid.',
    remedy: 'Sign in or refresh the token, and send it as Authorization: Bearer.',
  },
  INVALID_CREDENTIALS: {
    status: 401,
    title: 'Sign-in failed',
    meaning: 'The e-mail address and password do not belong together.',
    remedy: 'Check both and try again; several failures in a row lock the account for a while.',
  },
  INVALID_REFRESH_TOKEN: {
    status: 401,
    title: 'Invalid refresh token',
    meaning: 'The refresh token is unknown, expired or already used.',
    remedy: 'Sign in again.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Forbidden',
    meaning: 'You are known, but you may not do this.',
    remedy: 'Ask an administrator for a role or scope that allows it.',
  },
  ACCOUNT_DEACTIVATED: {
    status: 403,
    title: 'Account deactivated',
    meaning: 'An administrator has deactivated this account.',
    remedy: 'Ask an administrator to activate it again.',
  },
  REGISTRATION_CLOSED: {
    status: 403,
    title: 'Registration closed',
    meaning: 'People cannot create accounts for themselves on this server.',
    remedy: 'Ask an administrator to create the account.',
  },
  IDENTITY_TAKEN: {
    status: 400,
    title: 'E-mail address or username taken',
    meaning: 'The e-mail address or the username belongs to an account already.',
    remedy: 'Choose another one, or sign in.',
  },
  WRONG_PASSWORD: {
    status: 400,
    title: 'Wrong password',
    meaning: 'The current password is not right.',
    remedy: 'Send your current password.',
  },
  LAST_ADMIN: {
    status: 409,
    title: 'Last administrator',
    meaning: 'The change would leave the server without an administrator.',
    remedy: 'Make somebody else an administrator first.',
  },
  ACCOUNT_LOCKED: {
    status: 423,
    title: 'Account locked',
    meaning: 'The account is locked for a while after too many failed attempts to sign in.',
    remedy: 'Wait until the lock has ended, then sign in with the right password.',
  },
} as const satisfies Record<string, ProblemType>;
