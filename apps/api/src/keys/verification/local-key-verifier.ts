import { Injectable } from '@nestjs/common';
import {
  type Attempt,
  type BucketPolicy,
  Clock,
  type Credits,
  creditsAt,
  decide,
  digestOf,
  type KeyFacts,
  parseKey,
  refillInMs,
  type Spend,
  type VerdictCode,
} from '#domain';
import { type KeyAttempt, KeyVerifier, tightestFirst, type Verification } from '#guards';
import { problem } from '#problems';
import { canonicalAddress, endpointText, userAgentText } from '../../http/request-origin.js';
import { BucketStore } from '../../rate-limit/bucket-store.js';
import { UsageRecorder } from '../../usage/usage-recorder.js';
import { parseAddress } from '../address-range.js';
import { CreditPurse } from './credit-purse.js';
import { ImportedFormats } from './imported-formats.js';
import { KeyLookup } from './key-lookup.js';
import type { KnownKey } from './known-key.js';

/** How often one address may show keys that are none. */
const GUESSES: readonly BucketPolicy[] = [{ name: 'unknown_keys', capacity: 30, periodMs: 60_000 }];

/**
 * The verifier behind every route of akm: format → digest → lookup → verdict → buckets → credits → usage record. The record is
 * written before the answer leaves, and an answer that may not leave unrecorded is SERVICE_UNAVAILABLE.
 */
@Injectable()
export class LocalKeyVerifier extends KeyVerifier {
  constructor(
    private readonly lookup: KeyLookup,
    private readonly imported: ImportedFormats,
    private readonly purse: CreditPurse,
    private readonly buckets: BucketStore,
    private readonly usage: UsageRecorder,
    private readonly clock: Clock,
  ) {
    super();
  }

  async verify(asked: KeyAttempt): Promise<Verification> {
    const startedAt = performance.now();
    const attempt = asHeard(asked);
    const { presented, known } = await this.find(attempt.presented);
    const stored = known?.hasCredits ? await this.purse.read(known.key.id) : null;
    const now = this.clock.now();
    const code = decide(factsOf(known, stored, now), attemptOf(attempt, presented), now);
    const limited = await this.limited(attempt, code, known, now);
    const verification = known && stored ? await this.paid(attempt, code, limited, known.key.id, stored, now) : limited;
    this.usage.record({
      at: now,
      keyId: known?.key.id ?? null,
      secretId: known?.secretId ?? null,
      ownerId: known?.key.ownerId ?? null,
      outcome: verification.code,
      latencyUs: Math.round((performance.now() - startedAt) * 1000),
      requestId: attempt.requestId,
      ip: attempt.ip ?? null,
      userAgent: attempt.userAgent ?? null,
      method: attempt.method,
      endpoint: attempt.endpoint,
    });
    if (!(await this.usage.written())) throw problem('SERVICE_UNAVAILABLE', { detail: 'Uses cannot be recorded now.' });
    return verification;
  }

  /** Garbage is refused without a lookup, unless it may be a key that was issued elsewhere. */
  private async find(text: string | null): Promise<{ presented: Attempt['presented']; known?: KnownKey | undefined }> {
    if (text === null) return { presented: 'missing' };
    if (parseKey(text)) return { presented: 'well_formed', known: await this.lookup.find(digestOf(text)) };
    const known = (await this.imported.mayInclude(text)) ? await this.lookup.find(digestOf(text)) : undefined;
    return known ? { presented: 'well_formed', known } : { presented: 'malformed' };
  }

  /** Spends what the verdict so far calls for: the key's own buckets, or those of whoever guesses at keys. */
  private async limited(
    attempt: KeyAttempt,
    code: VerdictCode,
    known: KnownKey | undefined,
    now: number,
  ): Promise<Verification> {
    if (code === 'VALID' && known) {
      return verificationOf(code, known, await this.buckets.spend(known.key.id, known.limits, attempt.cost, now));
    }
    const isGuess = code === 'NOT_FOUND' || code === 'MALFORMED';
    if (!isGuess || attempt.guessedFrom === undefined) return verificationOf(code, known, null);
    const guesses = await this.buckets.spend(`guesses from ${attempt.guessedFrom ?? 'nowhere'}`, GUESSES, 1, now);
    return verificationOf(code, undefined, guesses.admitted ? null : guesses);
  }

  /**
   * Takes the credits of a use that everything else has admitted: what is refused costs none. Of parallel uses the
   * last credit pays for one; the others, whose tokens are spent by then, learn it here.
   */
  private async paid(
    { cost }: KeyAttempt,
    verdict: VerdictCode,
    limited: Verification,
    keyId: string,
    stored: Credits,
    now: number,
  ): Promise<Verification> {
    const { remaining, refill } = creditsAt(stored, now);
    const exceeded = (left: number): Verification => ({
      ...limited,
      code: 'USAGE_EXCEEDED',
      credits: { remaining: left, refill },
      retryAfterMs: refillInMs(stored, cost, now),
    });
    if (verdict === 'USAGE_EXCEEDED') return exceeded(remaining);
    if (verdict !== 'VALID') return limited;
    if (limited.code !== 'VALID' || cost === 0) return { ...limited, credits: { remaining, refill } };
    const left = await this.purse.spend(keyId, stored, cost, now);
    if (left === null) return exceeded((await this.purse.read(keyId))?.remaining ?? 0);
    return { ...limited, credits: { remaining: left, refill } };
  }
}

function factsOf(known: KnownKey | undefined, stored: Credits | null, now: number): KeyFacts | undefined {
  return known && stored ? { ...known.facts, creditsRemaining: creditsAt(stored, now).remaining } : known?.facts;
}

/** One spelling of every address, and texts that are fit to be stored, whoever asks: a guard, a caller or a proxy. */
function asHeard(asked: KeyAttempt): KeyAttempt {
  return {
    ...asked,
    ip: canonicalAddress(asked.ip),
    guessedFrom: asked.guessedFrom === undefined ? undefined : canonicalAddress(asked.guessedFrom),
    userAgent: userAgentText(asked.userAgent),
    endpoint: endpointText(asked.endpoint),
  };
}

function verificationOf(code: VerdictCode, known: KnownKey | undefined, spent: Spend | null): Verification {
  return {
    code: spent?.admitted === false ? 'RATE_LIMITED' : code,
    key: known?.key ?? null,
    credits: null,
    limits: tightestFirst(spent?.buckets ?? []),
    retryAfterMs: spent?.retryAfterMs ?? 0,
  };
}

function attemptOf(attempt: KeyAttempt, presented: Attempt['presented']): Attempt {
  return {
    presented,
    environment: attempt.environment,
    service: attempt.service,
    address: typeof attempt.ip === 'string' ? parseAddress(attempt.ip) : undefined,
    userAgent: attempt.userAgent ?? undefined,
    required: attempt.required,
    cost: attempt.cost,
  };
}
