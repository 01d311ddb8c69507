import type { BucketReading, KeyEnvironment, PermissionQuery, Refill, VerdictCode } from '#domain';

/** A request that shows a key and wants to know whether it may. */
export interface KeyAttempt {
  /** Exactly what was sent as the key; null when nothing was. */
  readonly presented: string | null;
  /** Absent: the key need only be good. */
  readonly required?: PermissionQuery | undefined;
  /** The environment that is being used; absent: the caller serves all of them. */
  readonly environment?: KeyEnvironment | undefined;
  /** The service that is being used; a key restricted to services is refused without it. */
  readonly service?: string | undefined;
  /** Address of whoever uses the key, in any textual form; a key restricted to addresses is refused without it. */
  readonly ip?: string | null | undefined;
  readonly userAgent?: string | null | undefined;
  /** Who is limited when the key turns out to be none: the address it came from. Absent: nobody, the caller is known. */
  readonly guessedFrom?: string | null | undefined;
  /** Tokens and credits this use takes, a whole number; 0 only looks. */
  readonly cost: number;
  /** What the usage record says of the request. */
  readonly requestId: string;
  readonly method: string;
  readonly endpoint: string;
}

/** The part of a key that whoever may verify it may see. */
export interface VerifiedKey {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly externalId: string | null;
  readonly permissions: readonly string[];
  readonly environment: KeyEnvironment;
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null;
  readonly meta: Readonly<Record<string, unknown>> | null;
}

/** The credits of a key, and what it gets when a day or month of the calendar begins (UTC). */
export interface CreditsLeft {
  readonly remaining: number;
  readonly refill: Refill | null;
}

export interface Verification {
  readonly code: VerdictCode;
  /** Null unless the secret is one that akm issued. */
  readonly key: VerifiedKey | null;
  /** What is left after this use; null: the uses of the key are not counted, or it was refused before its credits. */
  readonly credits: CreditsLeft | null;
  /** Every bucket that had a say, tightest first; empty when the request was refused before its limits. */
  readonly limits: readonly BucketReading[];
  /** Whole milliseconds until the same request would be admitted; 0 unless the code is RATE_LIMITED, or USAGE_EXCEEDED with a refill to come, and 0 when waiting does not help. */
  readonly retryAfterMs: number;
}

/**
 * Answers whether a key may do something now. Inside akm it reads akm's own database; in another service it asks akm.
 * Implementations are proved by `keyVerifierContract` of `#guards/testing`.
 *
 * A verdict is a value: an implementation throws only when it cannot tell (its source is away), and then the request
 * must be refused. Safe to call concurrently; limits hold across concurrent calls.
 */
export abstract class KeyVerifier {
  abstract verify(attempt: KeyAttempt): Promise<Verification>;
}
