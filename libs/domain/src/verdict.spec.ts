import fc from 'fast-check';
import { addressFromBytes } from './address.js';
import { allOf, parseQuery } from './permission-query.js';
import { VERDICT_CODES, decide } from './verdict.js';
import type { Attempt, KeyFacts, VerdictCode } from './verdict.js';

const NOW = 1_700_000_000_000;

const KEY: KeyFacts = {
  state: 'active',
  isCanary: false,
  secret: { retiredAt: null },
  expiresAt: null,
  environment: 'production',
  allowedServices: [],
  allowedRanges: [],
  allowedUserAgents: [],
  permissions: ['read', 'reports.*'],
  creditsRemaining: null,
};

const ATTEMPT: Attempt = { presented: 'well_formed', cost: 1 };

function verdict(key: Partial<KeyFacts>, attempt: Partial<Attempt> = {}, now = NOW): VerdictCode {
  return decide({ ...KEY, ...key }, { ...ATTEMPT, ...attempt }, now);
}

interface Case {
  key: KeyFacts | undefined;
  attempt: Attempt;
}

/** For each refusal of this function, what it takes to get it. In the order of the alphabet, not of the checks. */
const FAULTS: Record<Exclude<VerdictCode, 'VALID' | 'RATE_LIMITED'>, (good: Case) => Case> = {
  DISABLED: withKey({ state: 'disabled' }),
  EXPIRED: withKey({ expiresAt: NOW }),
  GRACE_ENDED: withKey({ secret: { retiredAt: NOW } }),
  INSUFFICIENT_PERMISSIONS: withAttempt({ required: allOf(['write']) }),
  IP_NOT_ALLOWED: withKey({ allowedRanges: [{ ...addressFromBytes([192, 0, 2, 0]), prefixLength: 24 }] }),
  MALFORMED: withAttempt({ presented: 'malformed' }),
  MISSING: withAttempt({ presented: 'missing' }),
  NOT_FOUND: ({ attempt }) => ({ key: undefined, attempt }),
  REVOKED: withKey({ state: 'revoked' }),
  SERVICE_NOT_ALLOWED: withKey({ allowedServices: ['billing'] }),
  USAGE_EXCEEDED: withKey({ creditsRemaining: 0 }),
  USER_AGENT_NOT_ALLOWED: withKey({ allowedUserAgents: ['curl'] }),
  WRONG_ENVIRONMENT: withAttempt({ environment: 'staging' }),
};

/** A key has one state and an attempt one presentation: of two faults that set the same fact, only one can be. */
const ALTERNATIVES: readonly (readonly VerdictCode[])[] = [
  ['REVOKED', 'DISABLED'],
  ['MISSING', 'MALFORMED'],
];

function withKey(facts: Partial<KeyFacts>): (good: Case) => Case {
  return ({ key, attempt }) => ({ key: key && { ...key, ...facts }, attempt });
}

function withAttempt(facts: Partial<Attempt>): (good: Case) => Case {
  return ({ key, attempt }) => ({ key, attempt: { ...attempt, ...facts } });
}

const codes = Object.keys(FAULTS) as (keyof typeof FAULTS)[];

describe('the order of the checks', () => {
  it('is the one of the contract', () => {
    expect(VERDICT_CODES).toEqual([
      'MISSING',
      'MALFORMED',
      'NOT_FOUND',
      'REVOKED',
      'DISABLED',
      'GRACE_ENDED',
      'EXPIRED',
      'WRONG_ENVIRONMENT',
      'SERVICE_NOT_ALLOWED',
      'IP_NOT_ALLOWED',
      'USER_AGENT_NOT_ALLOWED',
      'INSUFFICIENT_PERMISSIONS',
      'USAGE_EXCEEDED',
      'RATE_LIMITED',
      'VALID',
    ]);
  });

  it.each(codes)('%s is said of a key with that fault alone', (code) => {
    const { key, attempt } = FAULTS[code]({ key: KEY, attempt: ATTEMPT });
    expect(decide(key, attempt, NOW)).toBe(code);
  });

  it('makes the first of several faults the verdict', () => {
    const several = fc
      .shuffledSubarray(codes, { minLength: 1 })
      .filter((faults) => ALTERNATIVES.every((pair) => !pair.every((code) => faults.some((fault) => fault === code))));
    fc.assert(
      fc.property(several, (faults) => {
        const { key, attempt } = faults.reduce<Case>((worse, code) => FAULTS[code](worse), {
          key: KEY,
          attempt: ATTEMPT,
        });
        const first = VERDICT_CODES.find((code) => faults.some((fault) => fault === code));
        expect(decide(key, attempt, NOW)).toBe(first);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a canary', () => {
  it.each(['active', 'disabled', 'revoked'] as const)('is no key at all, whatever else is true of it (%s)', (state) => {
    const trap = { isCanary: true, state, expiresAt: NOW, allowedServices: ['billing'], creditsRemaining: 0 };
    expect(verdict(trap)).toBe('NOT_FOUND');
  });
});

describe('a good key', () => {
  it('is valid when nothing is asked of it', () => {
    expect(verdict({})).toBe('VALID');
  });

  it('is valid when it meets everything that is asked', () => {
    const restricted: Partial<KeyFacts> = {
      secret: { retiredAt: NOW + 1 },
      expiresAt: NOW + 1,
      allowedServices: ['billing', 'search'],
      allowedRanges: [{ ...addressFromBytes([192, 0, 2, 0]), prefixLength: 24 }],
      allowedUserAgents: ['CURL/', 'wget'],
      creditsRemaining: 1,
    };
    const parsed = parseQuery('read AND (write OR reports.daily)');
    if ('error' in parsed) throw new Error(parsed.error);
    const attempt: Partial<Attempt> = {
      environment: 'production',
      service: 'search',
      address: addressFromBytes([192, 0, 2, 77]),
      userAgent: 'curl/8.5.0',
      required: parsed.query,
    };
    expect(verdict(restricted, attempt)).toBe('VALID');
  });

  it('is changed by no use: the same question has the same answer', () => {
    const key = Object.freeze({ ...KEY, creditsRemaining: 1 });
    const attempt = Object.freeze({ ...ATTEMPT });
    expect([decide(key, attempt, NOW), decide(key, attempt, NOW)]).toEqual(['VALID', 'VALID']);
  });
});

describe('a moment', () => {
  it('of expiry is the first one at which the key is refused', () => {
    expect(verdict({ expiresAt: NOW }, {}, NOW - 1)).toBe('VALID');
    expect(verdict({ expiresAt: NOW }, {}, NOW)).toBe('EXPIRED');
  });

  it('of retirement is the first one at which the secret is refused, whatever the key says', () => {
    const retiring: Partial<KeyFacts> = { secret: { retiredAt: NOW }, expiresAt: NOW + 1 };
    expect(verdict(retiring, {}, NOW - 1)).toBe('VALID');
    expect(verdict(retiring, {}, NOW)).toBe('GRACE_ENDED');
  });
});

describe('a restricted key', () => {
  const range = { ...addressFromBytes([192, 0, 2, 0]), prefixLength: 24 };

  it('is refused where the fact that it is restricted by is not known', () => {
    expect(verdict({ allowedServices: ['billing'] }, { service: undefined })).toBe('SERVICE_NOT_ALLOWED');
    expect(verdict({ allowedRanges: [range] }, { address: undefined })).toBe('IP_NOT_ALLOWED');
    expect(verdict({ allowedUserAgents: ['curl'] }, { userAgent: undefined })).toBe('USER_AGENT_NOT_ALLOWED');
  });

  it('is refused to another service, also to one spelled nearly so', () => {
    for (const service of ['', 'Billing', 'billing ', 'billing2', 'bill']) {
      expect(verdict({ allowedServices: ['billing'] }, { service })).toBe('SERVICE_NOT_ALLOWED');
    }
  });

  it('is refused from an address outside all of its ranges', () => {
    const ranges = [range, { ...addressFromBytes([10, 0, 0, 0]), prefixLength: 8 }];
    expect(verdict({ allowedRanges: ranges }, { address: addressFromBytes([10, 9, 8, 7]) })).toBe('VALID');
    expect(verdict({ allowedRanges: ranges }, { address: addressFromBytes([11, 0, 0, 0]) })).toBe('IP_NOT_ALLOWED');
  });

  it('takes any agent that contains an allowed part in any case, and no other', () => {
    expect(verdict({ allowedUserAgents: ['MyApp/'] }, { userAgent: 'Mozilla/5.0 myapp/2' })).toBe('VALID');
    expect(verdict({ allowedUserAgents: ['MyApp/'] }, { userAgent: 'my-app/2' })).toBe('USER_AGENT_NOT_ALLOWED');
  });

  it('is not opened to every agent by an empty entry', () => {
    expect(verdict({ allowedUserAgents: [''] }, { userAgent: 'anything' })).toBe('USER_AGENT_NOT_ALLOWED');
    expect(verdict({ allowedUserAgents: [''] }, { userAgent: undefined })).toBe('USER_AGENT_NOT_ALLOWED');
  });

  it('is not checked for its environment by a caller that serves all of them', () => {
    expect(verdict({ environment: 'development' }, { environment: undefined })).toBe('VALID');
    expect(verdict({ environment: 'development' }, { environment: 'production' })).toBe('WRONG_ENVIRONMENT');
  });
});

describe('the credits of a key', () => {
  it('suffice exactly for a cost of no more than is left', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (creditsRemaining, cost) => {
        expect(verdict({ creditsRemaining }, { cost })).toBe(cost <= creditsRemaining ? 'VALID' : 'USAGE_EXCEEDED');
      }),
    );
  });

  it('are not needed to look', () => {
    expect(verdict({ creditsRemaining: 0 }, { cost: 0 })).toBe('VALID');
  });

  it('do not suffice for a cost that is no number', () => {
    expect(verdict({ creditsRemaining: 5 }, { cost: NaN })).toBe('USAGE_EXCEEDED');
  });

  it('are not counted when there is no count', () => {
    expect(verdict({ creditsRemaining: null }, { cost: 1_000_000 })).toBe('VALID');
  });
});
