import { Injectable } from '@nestjs/common';
import {
  type Attempt,
  type BucketPolicy,
  Clock,
  decide,
  digestOf,
  parseKey,
  type Spend,
  type VerdictCode,
} from '#domain';
import { type KeyAttempt, KeyVerifier, tightestFirst, type Verification } from '#guards';
import { problem } from '#problems';
import { canonicalAddress, endpointText, userAgentText } from '../../http/request-origin.js';
import { BucketStore } from '../../rate-limit/bucket-store.js';
import { UsageRecorder } from '../../usage/usage-recorder.js';
import { parseAddress } from '../address-range.js';
import { ImportedFormats } from './imported-formats.js';
import { KeyLookup } from './key-lookup.js';
import type { KnownKey } from './known-key.js';

/** How often one address may show keys that are none. */
const GUESSES: readonly BucketPolicy[] = [{ name: 'unknown_keys', capacity: 30, periodMs: 60_000 }];

/**
 * The verifier behind every route of akm: format → digest → lookup → verdict → buckets → usage record. The record is
 * written before the answer leaves, and an answer that may not leave unrecorded is SERVICE_UNAVAILABLE.
 */
@Injectable()
export class LocalKeyVerifier extends KeyVerifier {
  constructor(
    private readonly lookup: KeyLookup,
    private readonly imported: ImportedFormats,
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
    const now = this.clock.now();
    const code = decide(known?.facts, attemptOf(attempt, presented), now);
    const verification = await this.limited(attempt, code, known, now);
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
