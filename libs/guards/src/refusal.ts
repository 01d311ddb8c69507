import { VERDICT_CODES, type VerdictCode } from '#domain';
import { type Problem, problem, type ProblemCode } from '#problems';
import type { Verification } from './key-verifier.js';
import { rateLimitHeaders } from './rate-limit-headers.js';

/**
 * The HTTP refusal that a verdict means, with its challenge and limit headers; null for VALID.
 * @param now milliseconds since the epoch, for `X-RateLimit-Reset`.
 */
export function refusal(verification: Verification, now: number): Problem | null {
  const code = PROBLEMS[verification.code];
  if (code === null) return null;
  const headers = rateLimitHeaders(verification.limits, verification.retryAfterMs, now);
  const detail = verification.code === 'RATE_LIMITED' ? limitDetail(verification) : undefined;
  return problem(code, detail === undefined ? { headers } : { headers, detail });
}

/** Undefined: what the catalogue says is all there is to say. */
function limitDetail({ key, retryAfterMs }: Verification): string | undefined {
  if (!key) return GUESSING;
  return retryAfterMs === 0 ? TOO_COSTLY : undefined;
}

const TOO_COSTLY =
  'This use costs more than a limit of the key ever holds, so waiting does not help. Split it up, or have the limit raised.';
const GUESSING =
  'Too many keys that are none were sent from this address. Check the key, wait as Retry-After says, and try again.';

const PROBLEMS: Readonly<Record<VerdictCode, ProblemCode | null>> = {
  VALID: null,
  MISSING: 'API_KEY_MISSING',
  MALFORMED: 'API_KEY_MALFORMED',
  NOT_FOUND: 'API_KEY_NOT_FOUND',
  REVOKED: 'API_KEY_REVOKED',
  DISABLED: 'API_KEY_DISABLED',
  GRACE_ENDED: 'API_KEY_GRACE_ENDED',
  EXPIRED: 'API_KEY_EXPIRED',
  WRONG_ENVIRONMENT: 'API_KEY_WRONG_ENVIRONMENT',
  SERVICE_NOT_ALLOWED: 'API_KEY_SERVICE_NOT_ALLOWED',
  IP_NOT_ALLOWED: 'API_KEY_IP_NOT_ALLOWED',
  USER_AGENT_NOT_ALLOWED: 'API_KEY_USER_AGENT_NOT_ALLOWED',
  INSUFFICIENT_PERMISSIONS: 'API_KEY_INSUFFICIENT_PERMISSIONS',
  USAGE_EXCEEDED: 'API_KEY_USAGE_EXCEEDED',
  RATE_LIMITED: 'API_KEY_RATE_LIMITED',
};

/** Every problem a guarded route can refuse with, for its description. */
export const REFUSALS: readonly ProblemCode[] = VERDICT_CODES.flatMap((code) => PROBLEMS[code] ?? []);
