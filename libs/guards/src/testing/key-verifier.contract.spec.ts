import { randomBytes } from 'node:crypto';
import { type Clock, generateKey, ManualClock, type VerdictCode } from '#domain';
import type { KeyAttempt, Verification } from '../key-verifier.js';
import { InMemoryKeyVerifier, type KnownKey } from './in-memory-key-verifier.js';
import {
  ContractViolation,
  type IssuedKeySpec,
  keyVerifierContract,
  type KeyVerifierHarness,
} from './key-verifier.contract.js';

class InMemoryHarness implements KeyVerifierHarness {
  readonly unknownSecret = generateKey('production', randomBytes).reveal();
  private readonly secrets = new Map<string, string>();
  readonly verifier: InMemoryKeyVerifier;

  constructor(
    Verifier: new (clock: Clock) => InMemoryKeyVerifier,
    private readonly clock = new ManualClock(1_000_000),
  ) {
    this.verifier = new Verifier(this.clock);
  }

  issue(spec: IssuedKeySpec) {
    const id = `key-${this.secrets.size}`;
    const secret = generateKey(spec.environment, randomBytes).reveal();
    const expiresAt = spec.expiresInMs === null ? null : this.clock.now() + spec.expiresInMs;
    const { permissions, environment, allowedServices, allowedUserAgents } = spec;
    this.know(secret, {
      facts: {
        state: 'active',
        isCanary: false,
        secret: { retiredAt: null },
        expiresAt,
        environment,
        allowedServices,
        allowedRanges: [],
        allowedUserAgents,
        permissions,
        creditsRemaining: null,
      },
      key: { id, name: id, ownerId: 'owner', externalId: null, permissions, environment, expiresAt, meta: null },
      limits: [{ name: 'minute', capacity: spec.perMinute, periodMs: 60_000 }],
      credits: spec.credits && { ...spec.credits, refilledAt: this.clock.now() },
    });
    return Promise.resolve({ id, secret });
  }

  rotate(id: string, graceMs: number) {
    const known = this.known(id);
    const secret = generateKey('production', randomBytes).reveal();
    this.know(secret, { ...known });
    known.facts = { ...known.facts, secret: { retiredAt: this.clock.now() + graceMs } };
    return Promise.resolve(secret);
  }

  disable = (id: string) => this.setState(id, 'disabled');
  enable = (id: string) => this.setState(id, 'active');
  revoke = (id: string) => this.setState(id, 'revoked');

  advance(ms: number): void {
    this.clock.advance(ms);
  }

  private readonly all: KnownKey[] = [];

  private know(secret: string, known: KnownKey): void {
    this.all.push(known);
    this.secrets.set(secret, known.key.id);
    this.verifier.add(secret, known);
  }

  private known(id: string): KnownKey {
    const known = this.all.find(({ key }) => key.id === id);
    if (!known) throw new Error('no such key');
    return known;
  }

  private setState(id: string, state: KnownKey['facts']['state']): Promise<void> {
    for (const known of this.all.filter(({ key }) => key.id === id)) known.facts = { ...known.facts, state };
    return Promise.resolve();
  }
}

describe('InMemoryKeyVerifier keeps the KeyVerifier contract', () => {
  it.each(keyVerifierContract)('$name', async ({ run }) => {
    await run(new InMemoryHarness(InMemoryKeyVerifier));
  });
});

/** One verifier for each way to get it wrong; the suite must notice every one. */
const rewrite = (from: VerdictCode, to: VerdictCode) =>
  class extends InMemoryKeyVerifier {
    override async verify(attempt: KeyAttempt): Promise<Verification> {
      const verification = await super.verify(attempt);
      return verification.code === from ? { ...verification, code: to } : verification;
    }
  };

const BROKEN: [string, new (clock: Clock) => InMemoryKeyVerifier][] = [
  ['admits revoked keys', rewrite('REVOKED', 'VALID')],
  ['admits disabled keys', rewrite('DISABLED', 'VALID')],
  ['admits secrets whose grace has ended', rewrite('GRACE_ENDED', 'VALID')],
  ['admits expired keys', rewrite('EXPIRED', 'VALID')],
  ['ignores the environment', rewrite('WRONG_ENVIRONMENT', 'VALID')],
  ['ignores services', rewrite('SERVICE_NOT_ALLOWED', 'VALID')],
  ['ignores user agents', rewrite('USER_AGENT_NOT_ALLOWED', 'VALID')],
  ['ignores permissions', rewrite('INSUFFICIENT_PERMISSIONS', 'VALID')],
  ['ignores credits', rewrite('USAGE_EXCEEDED', 'VALID')],
  ['ignores limits', rewrite('RATE_LIMITED', 'VALID')],
  ['calls garbage unknown', rewrite('MALFORMED', 'NOT_FOUND')],
  ['refuses everybody', rewrite('VALID', 'REVOKED')],
  [
    'remembers its first answer for ever',
    class extends InMemoryKeyVerifier {
      private readonly memory = new Map<string | null, Verification>();
      override async verify(attempt: KeyAttempt) {
        const verification = this.memory.get(attempt.presented) ?? (await super.verify(attempt));
        this.memory.set(attempt.presented, verification);
        return verification;
      }
    },
  ],
  [
    'spends before it judges',
    class extends InMemoryKeyVerifier {
      protected override judge(attempt: KeyAttempt, known: KnownKey | undefined) {
        const code = super.judge(attempt, known);
        if (known && code !== 'VALID') this.spend(known, attempt.cost);
        return code;
      }
    },
  ],
  [
    'takes a token for a look',
    class extends InMemoryKeyVerifier {
      protected override spend(known: KnownKey) {
        return super.spend(known, 1);
      }
    },
  ],
  [
    'takes no credits',
    class extends InMemoryKeyVerifier {
      protected override pay() {
        // It forgets to.
      }
    },
  ],
  [
    'takes a credit for a use that its limits refuse',
    class extends InMemoryKeyVerifier {
      protected override spend(known: KnownKey, cost: number) {
        const spent = super.spend(known, cost);
        if (!spent.admitted) this.pay(known, cost);
        return spent;
      }
    },
  ],
  [
    'counts in a way that loses parallel uses',
    class extends InMemoryKeyVerifier {
      private inFlight = 0;
      override async verify(attempt: KeyAttempt) {
        const first = this.inFlight++ === 0;
        await Promise.resolve();
        const verification = first ? await super.verify(attempt) : await super.verify({ ...attempt, cost: 0 });
        this.inFlight--;
        return verification;
      }
    },
  ],
];

describe('the KeyVerifier contract notices a verifier that', () => {
  it.each(BROKEN)('%s', async (_name, Verifier) => {
    const violations: unknown[] = [];
    for (const { run } of keyVerifierContract) {
      await run(new InMemoryHarness(Verifier)).catch((error: unknown) => violations.push(error));
    }
    expect(violations.length).toBeGreaterThan(0);
    expect(violations.every((violation) => violation instanceof ContractViolation)).toBe(true);
  });
});
