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
  type Spend,
  spendCredits,
  type VerdictCode,
} from '#domain';
import {
  type CreditsLeft,
  type KeyAttempt,
  KeyVerifier,
  type Verification,
  type VerifiedKey,
} from '../key-verifier.js';
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

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Makes a secret known. Several secrets of one key share its id and so its buckets. */
  add(secret: string, known: KnownKey): void {
    this.keys.set(digestOf(secret).toString('hex'), known);
  }

  verify(attempt: KeyAttempt): Promise<Verification> {
    const known = this.find(attempt.presented);
    const code = this.judge(attempt, known);
    if (known === undefined) return Promise.resolve({ ...REFUSED, code });
    if (code !== 'VALID') return Promise.resolve(this.refused(code, known, attempt.cost));
    const { admitted, buckets, retryAfterMs } = this.spend(known, attempt.cost);
    if (admitted) this.pay(known, attempt.cost);
    return Promise.resolve({
      code: admitted ? 'VALID' : 'RATE_LIMITED',
      key: known.key,
      credits: shown(this.creditsOf(known)),
      limits: tightestFirst(buckets),
      retryAfterMs,
    });
  }

  protected judge(attempt: KeyAttempt, known: KnownKey | undefined): VerdictCode {
    const creditsRemaining = known ? (this.creditsOf(known)?.remaining ?? null) : null;
    return decide(
      known && { ...known.facts, creditsRemaining },
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

  protected spend({ key, limits }: KnownKey, cost: number): Spend {
    const spent = spend(this.buckets.get(key.id) ?? [], limits, cost, this.clock.now());
    this.buckets.set(key.id, spent.fullAt);
    return spent;
  }

  protected pay(known: KnownKey, cost: number): void {
    const credits = this.creditsOf(known);
    const left = credits && spendCredits(credits, cost, this.clock.now());
    if (left) this.credits.set(known.key.id, left);
  }

  /** What is left now, of all secrets of the key together. */
  private creditsOf({ key, credits = null }: KnownKey): Credits | null {
    const stored = this.credits.get(key.id) ?? credits;
    return stored && creditsAt(stored, this.clock.now());
  }

  private find(presented: string | null): KnownKey | undefined {
    return presented === null ? undefined : this.keys.get(digestOf(presented).toString('hex'));
  }

  private refused(code: VerdictCode, known: KnownKey, cost: number): Verification {
    const credits = code === 'USAGE_EXCEEDED' ? this.creditsOf(known) : null;
    const retryAfterMs = credits ? refillInMs(credits, cost, this.clock.now()) : 0;
    return { ...REFUSED, code, key: known.key, credits: shown(credits), retryAfterMs };
  }
}

function shown(credits: Credits | null): CreditsLeft | null {
  return credits && { remaining: credits.remaining, refill: credits.refill };
}

const REFUSED = { key: null, credits: null, limits: [], retryAfterMs: 0 };
