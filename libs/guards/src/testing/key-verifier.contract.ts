import { allOf, type KeyEnvironment, type VerdictCode } from '#domain';
import type { CreditsLeft, KeyAttempt, KeyVerifier, Verification } from '../key-verifier.js';

/** What a case asks to have issued. Limits are per minute, hour and day; the key is restricted as said and no further. */
export interface IssuedKeySpec {
  readonly permissions: readonly string[];
  readonly environment: KeyEnvironment;
  readonly allowedServices: readonly string[];
  readonly allowedUserAgents: readonly string[];
  /** Milliseconds from now; null: never. */
  readonly expiresInMs: number | null;
  readonly perMinute: number;
  readonly credits: CreditsLeft | null;
}

export interface IssuedKey {
  readonly id: string;
  readonly secret: string;
}

/** What a KeyVerifier under test brings along: ways to issue and change keys, and a clock that it obeys. */
export interface KeyVerifierHarness {
  readonly verifier: KeyVerifier;
  issue(spec: IssuedKeySpec): Promise<IssuedKey>;
  /** Gives the key a second secret; the first is accepted for `graceMs` more. Answers the new secret. */
  rotate(id: string, graceMs: number): Promise<string>;
  disable(id: string): Promise<void>;
  enable(id: string): Promise<void>;
  revoke(id: string): Promise<void>;
  /** Moves the clock of the verifier forward. */
  advance(ms: number): void;
  /** A well-formed key that nobody issued. */
  readonly unknownSecret: string;
}

export interface ContractCase {
  readonly name: string;
  readonly run: (harness: KeyVerifierHarness) => Promise<void>;
}

/** What every KeyVerifier guarantees. Run each case on a fresh harness; a broken guarantee throws a ContractViolation. */
export const keyVerifierContract: readonly ContractCase[] = [
  {
    name: 'admits an active key and tells whose it is',
    async run(harness) {
      const { id, secret } = await harness.issue(SPEC);
      const verification = await harness.verifier.verify(attempt(secret));
      expectCode(verification, 'VALID');
      expectEqual(verification.key?.id, id, 'the id of the key');
      expectEqual(verification.key?.permissions.join(), SPEC.permissions.join(), 'the permissions of the key');
    },
  },
  {
    name: 'tells a missing, a malformed and an unknown key apart',
    async run(harness) {
      expectCode(await harness.verifier.verify(attempt(null)), 'MISSING');
      expectCode(await harness.verifier.verify(attempt('akm_live_garbage')), 'MALFORMED');
      expectCode(await harness.verifier.verify(attempt(harness.unknownSecret)), 'NOT_FOUND');
    },
  },
  {
    name: 'says nothing about a key that it does not know',
    async run(harness) {
      const verification = await harness.verifier.verify(attempt(harness.unknownSecret));
      expectEqual(verification.key, null, 'the key');
      expectEqual(verification.limits.length, 0, 'the number of limits');
    },
  },
  {
    name: 'refuses a revoked key from the very next attempt on',
    async run(harness) {
      const { id, secret } = await harness.issue(SPEC);
      expectCode(await harness.verifier.verify(attempt(secret)), 'VALID');
      await harness.revoke(id);
      expectCode(await harness.verifier.verify(attempt(secret)), 'REVOKED');
    },
  },
  {
    name: 'refuses a disabled key and admits it again once enabled',
    async run(harness) {
      const { id, secret } = await harness.issue(SPEC);
      await harness.disable(id);
      expectCode(await harness.verifier.verify(attempt(secret)), 'DISABLED');
      await harness.enable(id);
      expectCode(await harness.verifier.verify(attempt(secret)), 'VALID');
    },
  },
  {
    name: 'admits both secrets of a rotated key until the grace ends, and only the new one from that moment on',
    async run(harness) {
      const { id, secret } = await harness.issue(SPEC);
      const renewed = await harness.rotate(id, 60_000);
      harness.advance(59_999);
      expectCode(await harness.verifier.verify(attempt(secret)), 'VALID');
      const verification = await harness.verifier.verify(attempt(renewed));
      expectCode(verification, 'VALID');
      expectEqual(verification.key?.id, id, 'the id of the key under its new secret');
      harness.advance(1);
      expectCode(await harness.verifier.verify(attempt(secret)), 'GRACE_ENDED');
      expectCode(await harness.verifier.verify(attempt(renewed)), 'VALID');
    },
  },
  {
    name: 'refuses a key from the moment it expires',
    async run(harness) {
      const { secret } = await harness.issue({ ...SPEC, expiresInMs: 60_000 });
      harness.advance(59_999);
      expectCode(await harness.verifier.verify(attempt(secret)), 'VALID');
      harness.advance(1);
      expectCode(await harness.verifier.verify(attempt(secret)), 'EXPIRED');
    },
  },
  {
    name: 'refuses what the key is not restricted to, and what is not told',
    async run(harness) {
      const { secret } = await harness.issue({ ...SPEC, allowedServices: ['billing'], allowedUserAgents: ['acme/'] });
      const fitting = { service: 'billing', userAgent: 'ACME/1.0' };
      const { verifier } = harness;
      expectCode(await verifier.verify(attempt(secret, fitting)), 'VALID');
      expectCode(await verifier.verify(attempt(secret, { ...fitting, environment: 'staging' })), 'WRONG_ENVIRONMENT');
      expectCode(await verifier.verify(attempt(secret, { ...fitting, service: 'other' })), 'SERVICE_NOT_ALLOWED');
      expectCode(await verifier.verify(attempt(secret, { ...fitting, service: undefined })), 'SERVICE_NOT_ALLOWED');
      expectCode(await verifier.verify(attempt(secret, { ...fitting, userAgent: 'curl' })), 'USER_AGENT_NOT_ALLOWED');
    },
  },
  {
    name: 'asks for every permission that is required',
    async run(harness) {
      const { secret } = await harness.issue({ ...SPEC, permissions: ['read', 'invoices.*'] });
      const asking = (...required: string[]) => attempt(secret, { required: allOf(required) });
      expectCode(await harness.verifier.verify(asking('read', 'invoices.send')), 'VALID');
      expectCode(await harness.verifier.verify(asking('read', 'write')), 'INSUFFICIENT_PERMISSIONS');
    },
  },
  {
    name: 'answers the first check that fails',
    async run(harness) {
      const { id, secret } = await harness.issue({ ...SPEC, expiresInMs: 1, allowedServices: ['billing'] });
      harness.advance(1);
      const hopeless = attempt(secret, { environment: 'staging', required: allOf(['delete']) });
      expectCode(await harness.verifier.verify(hopeless), 'EXPIRED');
      await harness.revoke(id);
      expectCode(await harness.verifier.verify(hopeless), 'REVOKED');
    },
  },
  {
    name: 'admits as many as the tightest bucket holds, also at once, and says when there is room again',
    async run(harness) {
      const { secret } = await harness.issue({ ...SPEC, perMinute: 3 });
      const all = await Promise.all(Array.from({ length: 5 }, () => harness.verifier.verify(attempt(secret))));
      expectEqual(all.filter(({ code }) => code === 'VALID').length, 3, 'the number admitted');
      const refused = all.find(({ code }) => code === 'RATE_LIMITED');
      if (!refused) throw new ContractViolation('nothing was refused');
      expectEqual(refused.limits[0]?.remaining, 0, 'the tokens left in the tightest bucket');
      harness.advance(refused.retryAfterMs);
      expectCode(await harness.verifier.verify(attempt(secret)), 'VALID');
    },
  },
  {
    name: 'spends nothing when it refuses or only looks',
    async run(harness) {
      const { secret } = await harness.issue({ ...SPEC, perMinute: 1 });
      await harness.verifier.verify(attempt(secret, { required: allOf(['delete']) }));
      await harness.verifier.verify(attempt(secret, { cost: 0 }));
      const admitted = await harness.verifier.verify(attempt(secret));
      expectCode(admitted, 'VALID');
      expectEqual(admitted.limits[0]?.remaining, 0, 'the tokens left');
      expectCode(await harness.verifier.verify(attempt(secret, { cost: 0 })), 'VALID');
      expectCode(await harness.verifier.verify(attempt(secret)), 'RATE_LIMITED');
    },
  },
  {
    name: 'spends credits to the last one, also at once, and has the refill when its day comes',
    async run(harness) {
      const credits = { remaining: 3, refill: { amount: 2, interval: 'daily' } } as const;
      const { secret } = await harness.issue({ ...SPEC, credits });
      const use = () => harness.verifier.verify(attempt(secret));
      const all = await Promise.all(Array.from({ length: 5 }, use));
      expectEqual(all.filter(({ code }) => code === 'VALID').length, 3, 'the number admitted');
      expectEqual(all.filter(({ code }) => code === 'USAGE_EXCEEDED').length, 2, 'the number refused');
      const { retryAfterMs } = await use();
      expectEqual(retryAfterMs > 0 && retryAfterMs <= DAY_MS, true, 'whether it says when the day begins');
      harness.advance(retryAfterMs);
      for (const left of [1, 0]) expectEqual((await use()).credits?.remaining, left, 'the credits left');
      expectCode(await use(), 'USAGE_EXCEEDED');
    },
  },
  {
    name: 'takes no credit for what it refuses or only looks at, and refuses for credits before it does for limits',
    async run(harness) {
      const { secret } = await harness.issue({ ...SPEC, perMinute: 2, credits: { remaining: 3, refill: null } });
      const use = (more?: Partial<KeyAttempt>) => harness.verifier.verify(attempt(secret, more));
      expectCode(await use({ required: allOf(['delete']) }), 'INSUFFICIENT_PERMISSIONS');
      expectEqual((await use({ cost: 0 })).credits?.remaining, 3, 'the credits after a look');
      expectCode(await use({ cost: 4 }), 'USAGE_EXCEEDED');
      expectEqual((await use({ cost: 2 })).credits?.remaining, 1, 'the credits after a use of two');
      expectCode(await use(), 'RATE_LIMITED');
      harness.advance(60_000);
      const last = await use();
      expectCode(last, 'VALID');
      expectEqual(last.credits?.remaining, 0, 'the credits after a refusal and a use');
      expectCode(await use({ cost: 0 }), 'VALID');
      expectCode(await use({ cost: 2 }), 'USAGE_EXCEEDED');
    },
  },
];

export class ContractViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ContractViolation';
  }
}

const DAY_MS = 86_400_000;

const SPEC: IssuedKeySpec = {
  permissions: ['read'],
  environment: 'production',
  allowedServices: [],
  allowedUserAgents: [],
  expiresInMs: null,
  perMinute: 60,
  credits: null,
};

function attempt(presented: string | null, more: Partial<KeyAttempt> = {}): KeyAttempt {
  return { presented, cost: 1, requestId: 'contract', method: 'GET', endpoint: '/contract', ...more };
}

function expectCode(verification: Verification, code: VerdictCode): void {
  expectEqual(verification.code, code, 'the verdict');
}

function expectEqual(found: unknown, wanted: unknown, what: string): void {
  if (found !== wanted) throw new ContractViolation(`${what} is ${String(found)}, not ${String(wanted)}`);
}
