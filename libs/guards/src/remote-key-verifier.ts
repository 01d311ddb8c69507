import { formatQuery, type BucketReading, type VerdictCode } from '#domain';
import { problem } from '#problems';
import { type CreditsLeft, type KeyAttempt, KeyVerifier, type Verification, type VerifiedKey } from './key-verifier.js';

export interface RemoteKeyVerifierOptions {
  /** Where akm answers, such as `https://akm.internal:8000`. */
  readonly url: string;
  /** A key of your own that holds `akm:verify`. */
  readonly apiKey: string;
  /** Milliseconds after which akm counts as away. 2,000 unless given. */
  readonly timeoutMs?: number;
}

/**
 * Asks akm over HTTP, once per attempt, and remembers nothing: a revocation holds for the very next request. When akm
 * does not answer in time, or not with a verdict, `verify` throws SERVICE_UNAVAILABLE: closed, not open.
 */
export class RemoteKeyVerifier extends KeyVerifier {
  private readonly endpoint: URL;

  constructor(private readonly options: RemoteKeyVerifierOptions) {
    super();
    this.endpoint = new URL('/api/v1/verify', options.url);
  }

  async verify(attempt: KeyAttempt): Promise<Verification> {
    // Nothing to ask about, and the API wants a key to be a text.
    if (attempt.presented === null) return { code: 'MISSING', key: null, credits: null, limits: [], retryAfterMs: 0 };
    return verificationOf(await this.ask(bodyOf(attempt, attempt.presented)));
  }

  private async ask(body: object): Promise<VerifyAnswer> {
    try {
      const response = await fetch(this.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': this.options.apiKey },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.options.timeoutMs ?? 2000),
        redirect: 'error',
      });
      if (response.status !== 200) throw new Error(`akm answered ${response.status}`);
      return (await response.json()) as VerifyAnswer;
    } catch (cause) {
      throw problem('SERVICE_UNAVAILABLE', { detail: 'The key could not be verified. Try again shortly.', cause });
    }
  }
}

interface VerifyAnswer {
  readonly code: VerdictCode;
  readonly key_id: string | null;
  readonly name: string | null;
  readonly owner_id: string | null;
  readonly external_id: string | null;
  readonly permissions: string[];
  readonly environment: VerifiedKey['environment'] | null;
  readonly expires_at: string | null;
  readonly meta: Record<string, unknown> | null;
  readonly credits: CreditsLeft | null;
  readonly rate_limit: { policy: string; limit: number; window: number; remaining: number; reset: number }[];
  readonly retry_after: number;
}

function bodyOf(attempt: KeyAttempt, key: string): object {
  return {
    key,
    permissions: attempt.required && formatQuery(attempt.required),
    environment: attempt.environment,
    service: attempt.service,
    ip: attempt.ip ?? undefined,
    user_agent: attempt.userAgent ?? undefined,
    cost: attempt.cost,
  };
}

function verificationOf(answer: VerifyAnswer): Verification {
  return {
    code: answer.code,
    key: keyOf(answer),
    credits: answer.credits,
    limits: answer.rate_limit.map(({ policy, limit, window, remaining, reset }): BucketReading => ({
      name: policy,
      limit,
      periodMs: window * 1000,
      remaining,
      resetMs: reset * 1000,
    })),
    retryAfterMs: answer.retry_after * 1000,
  };
}

function keyOf(answer: VerifyAnswer): VerifiedKey | null {
  if (answer.key_id === null || answer.name === null || answer.owner_id === null || answer.environment === null)
    return null;
  return {
    id: answer.key_id,
    name: answer.name,
    ownerId: answer.owner_id,
    externalId: answer.external_id,
    permissions: answer.permissions,
    environment: answer.environment,
    expiresAt: answer.expires_at === null ? null : Date.parse(answer.expires_at),
    meta: answer.meta,
  };
}
