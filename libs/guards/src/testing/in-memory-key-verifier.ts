import {
  type BucketPolicy,
  type Clock,
  decide,
  digestOf,
  type KeyFacts,
  parseKey,
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
}

/**
 * A KeyVerifier over a Map: for the tests of services that use the guards, and the yardstick of the contract suite.
 * Addresses are not parsed here: a key restricted to addresses is refused.
 */
export class InMemoryKeyVerifier extends KeyVerifier {
  private readonly keys = new Map<string, KnownKey>();
  private readonly buckets = new Map<string, number[]>();

  constructor(protected readonly clock: Clock) {
    super();
  }

  /** Makes a secret known. Several secrets of one key share its id and so its buckets. */
  add(secret: string, known: KnownKey): void {
    this.keys.set(digestOf(secret).toString('hex'), known);
  }

  verify(attempt: KeyAttempt): Promise<Verification> {
    const known = this.find(attempt.presented);
    const code = this.judge(attempt, known);
    const spent = code === 'VALID' && known ? this.spend(known, attempt.cost) : null;
    return Promise.resolve({
      code: spent?.admitted === false ? 'RATE_LIMITED' : code,
      key: known?.key ?? null,
      limits: tightestFirst(spent?.buckets ?? []),
      retryAfterMs: spent?.retryAfterMs ?? 0,
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

  protected spend({ key, limits }: KnownKey, cost: number) {
    const spent = spend(this.buckets.get(key.id) ?? [], limits, cost, this.clock.now());
    this.buckets.set(key.id, spent.fullAt);
    return spent;
  }
}
