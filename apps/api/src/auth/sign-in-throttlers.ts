import { createHash } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.js';
import { canonicalAddress } from '../http/request-origin.js';
import { clientNetwork } from './client-network.js';
import { parseEmail } from './identity.js';

/** What is counted together. */
export const LIMITED_AS = Symbol('limited as');
export type LimitedAs = 'sign-in' | 'refresh';

const MINUTE_MS = 60_000;

/**
 * The two limits of signing in, each for itself. By address: the lock on an account stops many guesses at one password,
 * and this one password tried on many accounts, and one machine that takes every place in the line for hashing. By
 * account: many machines that try the same one.
 */
export function signInThrottlers(limit: number, storage: ThrottlerStorage): ThrottlerModuleOptions {
  const each = { limit, ttl: MINUTE_MS };
  return {
    storage,
    throttlers: [
      { ...each, name: 'address', getTracker: ({ ip }) => clientNetwork(canonicalAddress(ip as string)) },
      { ...each, name: 'account', getTracker: trackerOf, skipIf: (context) => accountOf(requestOf(context)) === null },
    ],
  };
}

function trackerOf(_request: unknown, context: ExecutionContext): string {
  return accountOf(requestOf(context)) ?? '';
}

/**
 * Whose account it is about: of whoever is signed in, else of the e-mail address that was sent, whether or not there is an
 * account behind it. Hashed, to be short whatever is sent. Null: nobody has said, or what was sent is none.
 */
function accountOf({ principal, body }: AccountRequest): string | null {
  if (principal?.kind === 'person') return principal.userId;
  const email = (body as { email?: unknown } | null | undefined)?.email;
  const canonical = typeof email === 'string' ? parseEmail(email)?.canonical : undefined;
  return canonical === undefined ? null : createHash('sha256').update(canonical).digest('base64url');
}

type AccountRequest = FastifyRequest & { readonly principal?: Principal };

function requestOf(context: ExecutionContext): AccountRequest {
  return context.switchToHttp().getRequest<AccountRequest>();
}
