import { Injectable } from '@nestjs/common';
import {
  type BucketPolicy,
  Clock,
  type Credits,
  creditsAt,
  decide,
  refillInMs,
  type Spend,
  type VerdictCode,
} from '#domain';
import { type KeyAttempt, KeyVerifier, tightestFirst, type Verification } from '#guards';
import { ChangeFeed } from '../../change-feed/change-feed.js';
import { canonicalAddress } from '../../http/request-origin.js';
import { BucketStore } from '../../rate-limit/bucket-store.js';
import { type AfterWrite, UsageRecorder } from '../../usage/usage-recorder.js';
import { AskedPermissions } from './asked-permissions.js';
import { CreditPurse } from './credit-purse.js';
import { attemptOf, type KeyUse, keyUseOf, usageEventOf } from './key-use.js';
import { type KnownKey, limitsAt } from './known-key.js';
import { type NowOrLater, whenKnown } from './now-or-later.js';
import { type Found, PresentedKeys } from './presented-keys.js';
import { notRecorded, tooLate } from './unavailable.js';
import { VerificationCounts, type VerificationRoute } from './verification-counts.js';

/** How often one address may show keys that are none. */
const GUESSES: readonly BucketPolicy[] = [{ name: 'unknown_keys', capacity: 30, periodMs: 60_000 }];

/** A verdict that was read from the database, since the cache could not be trusted, is told so late at most. */
const TURN_MS_MAX = 1_000;

/**
 * The verifier behind every route of akm: find → verdict → buckets → credits → usage record. The record is written before
 * the answer leaves, and an answer that may not leave unrecorded is SERVICE_UNAVAILABLE.
 *
 * Whoever answers many requests calls `judge` and `settle`, which wait for nothing where nothing has to be waited for:
 *
 *     const judged = verifier.judge(attempt);
 *     if (judged instanceof Promise) judged.then(answer, fail);
 *     else answer(judged);     // and in it: verifier.settle((mayAnswer) => reply.send(mayAnswer ? body : unavailable))
 */
@Injectable()
export class LocalKeyVerifier extends KeyVerifier {
  constructor(
    private readonly keys: PresentedKeys,
    private readonly purse: CreditPurse,
    private readonly buckets: BucketStore,
    private readonly usage: UsageRecorder,
    private readonly feed: ChangeFeed,
    private readonly counts: VerificationCounts,
    private readonly asked: AskedPermissions,
    private readonly clock: Clock,
  ) {
    super();
  }

  verify(asked: KeyAttempt): Promise<Verification> {
    // One promise, where an async function would take four: guards call this on every request.
    return new Promise((resolve, reject) => {
      const tell = (verification: Verification) => {
        this.settle((mayAnswer) => {
          if (mayAnswer) resolve(verification);
          else reject(notRecorded());
        });
      };
      const judged = this.judge(asked);
      if (judged instanceof Promise) judged.then(tell).catch(reject);
      else tell(judged);
    });
  }

  /**
   * Judges a use, spends what it costs and records it: at once, unless something has to be asked first, and then the
   * promise rejects when it cannot be. Nobody may learn of the verdict before `settle`, called after it, allows it.
   */
  judge(asked: KeyAttempt, via: VerificationRoute = 'guard'): NowOrLater<Verification> {
    const use = keyUseOf(asked, via, performance.now());
    const found = this.keys.find(asked.presented, use.startedAt);
    if (!(found instanceof Promise)) return this.judgeFound(use, found);
    return found.then((read) => this.judgeFound(use, inTime(read, this.believedUntil(use))));
  }

  /**
   * Calls back at the end of this turn. What was judged in it may be told only where `mayAnswer` is true: not when it
   * could not be recorded, and not when this process was stopped in between for so long that the key may be another by now.
   */
  settle(answer: AfterWrite): void {
    const now = performance.now();
    const trustedUntil = this.feed.trustedUntil;
    const tellableUntil = now < trustedUntil ? trustedUntil : now + TURN_MS_MAX;
    this.usage.afterWrite((isRecorded) => {
      answer(isRecorded && performance.now() < tellableUntil);
    });
  }

  private judgeFound(use: KeyUse, found: Found): NowOrLater<Verification> {
    const isPaid = typeof found !== 'string' && found.hasCredits;
    const judged = isPaid ? this.judgePaid(use, found) : this.judgeUnpaid(use, found);
    if (!(judged instanceof Promise)) return judged;
    // What was found is believed as of now, however long Redis or the database takes for the rest.
    const until = this.believedUntil(use);
    return judged.then((verification) => inTime(verification, until));
  }

  /** Until when what was found just now may be acted upon. */
  private believedUntil({ startedAt }: KeyUse): number {
    const { trustedUntil } = this.feed;
    return performance.now() < trustedUntil ? trustedUntil : startedAt + TURN_MS_MAX;
  }

  private judgeUnpaid(use: KeyUse, found: Found): NowOrLater<Verification> {
    const now = this.clock.now();
    const known = typeof found === 'string' ? undefined : found;
    const code = decide(known?.facts, attemptOf(use, found), now);
    return whenKnown(this.limited(use, code, known, now), (verification) =>
      this.recorded(use, known, verification, now),
    );
  }

  private async judgePaid(use: KeyUse, known: KnownKey): Promise<Verification> {
    const stored = await this.purse.read(known.key.id);
    // Taken away meanwhile.
    if (stored === null) return this.judgeUnpaid(use, known);
    const now = this.clock.now();
    const facts = { ...known.facts, creditsRemaining: creditsAt(stored, now).remaining };
    const code = decide(facts, attemptOf(use, known), now);
    const limited = await this.limited(use, code, known, now);
    return this.recorded(use, known, await this.paid(use, code, limited, known.key.id, stored, now), now);
  }

  private recorded(use: KeyUse, known: KnownKey | undefined, verification: Verification, now: number): Verification {
    const asked = known ? this.asked.newIn(verification.code, known, use.asked.required, now) : null;
    const event = usageEventOf(use, known, verification, asked, now);
    this.counts.count(use.via, event.outcome, event.latencyUs);
    this.usage.record(event);
    return verification;
  }

  /** Spends what the verdict so far calls for: the key's own buckets, or those of whoever guesses at keys. */
  private limited(
    { asked }: KeyUse,
    code: VerdictCode,
    known: KnownKey | undefined,
    now: number,
  ): NowOrLater<Verification> {
    if (code === 'VALID' && known) {
      const spent = this.buckets.spend(known.key.id, limitsAt(known, now), asked.cost, now);
      return whenKnown(spent, (spend) => verificationOf(code, known, spend));
    }
    const isGuess = code === 'NOT_FOUND' || code === 'MALFORMED';
    // No key is told of where there is none: what is known then is a canary.
    if (!isGuess) return verificationOf(code, known, null);
    if (asked.guessedFrom === undefined) return verificationOf(code, undefined, null);
    const guesser = canonicalAddress(asked.guessedFrom) ?? 'nowhere';
    return whenKnown(this.buckets.spend(`guesses from ${guesser}`, GUESSES, 1, now), (guesses) =>
      verificationOf(code, undefined, guesses.admitted ? null : guesses),
    );
  }

  /**
   * Takes the credits of a use that everything else has admitted: what is refused costs none. Of parallel uses the
   * last credit pays for one; the others, whose tokens are spent by then, learn it here.
   */
  private async paid(
    { asked: { cost } }: KeyUse,
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

/** @throws Problem when this process waited, or stood still, for so long that the key may be another by now. */
function inTime<T>(value: T, until: number): T {
  if (performance.now() >= until) throw tooLate();
  return value;
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
