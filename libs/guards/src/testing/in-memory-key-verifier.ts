import {
  type BucketPolicy,
  type Clock,
  type Credits,
  creditsAt,
  decide,
  digestOf,
  type KeyFacts,
  parseKey,
  refillInMs,
  spend,
  type VerdictCode,
} from '#domain';
import { type KeyAttempt, KeyVerifier, type Verification, type VerifiedKey } from '../key-verifier.js';
import { tightestFirst } from '../rate-limit-headers.js';

/** A key as the in-memory verifier knows it. Change it, and the next verification sees the change. */
export interface KnownKey {
  facts: KeyFacts;
  readonly key: VerifiedKey;
  readonly limits: readonly BucketPolicy[];
  /** As they were issued: what is left of them the verifier knows. Absent: uses are not counted. */
  readonly credits?: Credits | null;
}

/**
 * A KeyVerifier over a Map: for the tests of services that use the guards, and the yardstick of the contract suite.
 * Addresses are not parsed here: a key restricted to addresses is refused.
 */
export class InMemoryKeyVerifier extends KeyVerifier {
  private readonly keys = new Map<string, KnownKey>();
  private readonly buckets = new Map<string, number[]>();
  private readonly credits = new Map<string, Credits>();

  constructor(protected readonly clock: Clock) {
    super();
  }

  /** Makes a secret known. Several secrets of one key share its id and so its buckets. */
  add(secret: string, known: KnownKey): void {
    this.keys.set(digestOf(secret).toString('hex'), known);
  }

  verify(attempt: KeyAttempt): Promise<Verification> {
    const known = this.find(attempt.presented);
    const now = this.clock.now();
    const credits = known ? this.creditsOf(known) : null;
    const code = this.judge(
      attempt,
      known && { ...known, facts: { ...known.facts, creditsRemaining: credits?.remaining ?? null } },
    );
    const spent = code === 'VALID' && known ? this.spend(known, attempt.cost) : null;
    if (credits && known && spent?.admitted) this.pay(known, credits, attempt.cost);
    const left = known && this.creditsOf(known);
    return Promise.resolve({
      code: spent?.admitted === false ? 'RATE_LIMITED' : code,
      key: known?.key ?? null,
      credits:
        left && (code === 'VALID' || code === 'USAGE_EXCEEDED')
          ? { remaining: left.remaining, refill: left.refill }
          : null,
      limits: tightestFirst(spent?.buckets ?? []),
      retryAfterMs:
        code === 'USAGE_EXCEEDED' && left ? refillInMs(left, attempt.cost, now) : (spent?.retryAfterMs ?? 0),
    });
  }

  protected find(presented: string | null): KnownKey | undefined {
    return presented === null ? undefined : this.keys.get(digestOf(presented).toString('hex'));
  }

  protected judge(attempt: KeyAttempt, known: KnownKey | undefined): VerdictCode {
    return decide(
      known?.facts,
      {
        presented: attempt.presented === null ? 'missing' : parseKey(attempt.presented) ? 'well_formed' : 'malformed',
        required: attempt.required,
        environment: attempt.environment,
        service: attempt.service,
        userAgent: attempt.userAgent ?? undefined,
        cost: attempt.cost,
      },
      this.clock.now(),
    );
  }

  protected pay({ key }: KnownKey, credits: Credits, cost: number): void {
    this.credits.set(key.id, { ...credits, remaining: credits.remaining - cost });
  }

  /** What is left now, of all secrets of the key together. */
  protected creditsOf({ key, credits = null }: KnownKey): Credits | null {
    const stored = this.credits.get(key.id) ?? credits;
    return stored && creditsAt(stored, this.clock.now());
  }

  protected spend({ key, limits }: KnownKey, cost: number) {
    const spent = spend(this.buckets.get(key.id) ?? [], limits, cost, this.clock.now());
    this.buckets.set(key.id, spent.fullAt);
    return spent;
  }
}
