import { VERDICT_CODES, type VerdictCode } from '../verdict.js';
import { explainVerdict } from './explain-verdict.js';
import type { ExplainedKey, KeyRules, RecordedUse, RuleChange } from './explained-use.js';

const AT = Date.UTC(2026, 10, 22, 14);
const HOUR = 3_600_000;
const NOW = AT + HOUR;
const ADDRESS = { version: 4, words: [0xcb007107] } as const;

function use(code: VerdictCode, different: Partial<RecordedUse> = {}): RecordedUse {
  return {
    code,
    at: AT,
    method: 'GET',
    endpoint: '/invoices',
    address: '203.0.113.7',
    wholeAddress: ADDRESS,
    userAgent: 'curl/8.5.0',
    usesBefore: null,
    ...different,
  };
}

function key(rules: Partial<KeyRules> = {}, allowedRanges: ExplainedKey['allowedRanges'] = []): ExplainedKey {
  return {
    name: 'billing',
    isCanary: false,
    display: 'akm_live_4fT9Kx',
    current: { display: 'akm_live_Zz81Qa', since: AT - HOUR },
    rules: {
      state: 'active',
      grace_period_ends_at: null,
      expires_at: null,
      environment: 'production',
      allowed_services: [],
      allowed_ips: [],
      allowed_user_agents: [],
      permissions: ['read'],
      credits: null,
      rate_limits: { minute: 60, hour: null, day: null },
      ...rules,
    },
    throttle: null,
    allowedRanges,
  };
}

const TEN = { version: 4, words: [0x0a000000], prefixLength: 8 } as const;
const explain = (recorded: RecordedUse, of: ExplainedKey | null, changes: RuleChange[] = []) =>
  explainVerdict(recorded, of, changes, NOW);

describe('every verdict', () => {
  it.each(VERDICT_CODES)('%s has a sentence that says when it was and what was asked', (code) => {
    for (const shown of [key(), null]) {
      const { summary, remedies } = explain(use(code), shown);
      expect(summary).toContain('2026-11-22 14:00:00 UTC');
      expect(summary).toContain('GET /invoices, from 203.0.113.7, by curl/8.5.0');
      expect(summary).toContain(code === 'VALID' ? 'was let in' : 'was refused');
      if (code !== 'VALID') expect(remedies.length).toBeGreaterThan(0);
    }
  });

  it('names the key by its name and by what is safe to show', () => {
    expect(explain(use('REVOKED'), key({ state: 'revoked' })).summary).toMatch(
      /^The key “billing” \(akm_live_4fT9Kx…\) was refused at .*: it has been revoked for good\./,
    );
  });
});

describe('the address', () => {
  const restricted = key({ allowed_ips: ['10.0.0.0/8'] }, [TEN]);

  it('is named beside what is allowed, and offered to be added to it', () => {
    const { summary, rule, passesNow, remedies, unknown } = explain(use('IP_NOT_ALLOWED'), restricted);
    expect(summary).toContain('203.0.113.7 is not an address that it may be used from (10.0.0.0/8).');
    expect(rule).toEqual({ name: 'allowed_ips', then: ['10.0.0.0/8'], now: ['10.0.0.0/8'], changedAt: [] });
    expect(passesNow).toBe(false);
    expect(remedies[0]?.step).toEqual({ action: 'update', fields: { allowed_ips: ['10.0.0.0/8', '203.0.113.7'] } });
    expect(unknown).toEqual([]);
  });

  it.each([
    ['203.0.113.0/24', 'keeps its network, or a hash'],
    [null, 'whether the service told one at all'],
  ])('of which %s was kept is not offered, and it is said what is missing', (address, missing) => {
    const { remedies, unknown } = explain(use('IP_NOT_ALLOWED', { address, wholeAddress: null }), restricted);
    expect(remedies[0]?.step).toBeNull();
    expect(unknown.join()).toContain(missing);
  });

  it('of which a part was kept may pass or not once the list was changed', () => {
    const part = use('IP_NOT_ALLOWED', { address: '203.0.113.0/24', wholeAddress: null });
    const changes: RuleChange[] = [{ at: AT + 1, rule: 'allowed_ips', from: ['192.0.2.1'] }];
    expect(explain(part, restricted).passesNow).toBe(false);
    expect(explain(part, restricted, changes).passesNow).toBeNull();
  });
});

describe('a rule that was changed since', () => {
  it('is told as it was, as it is and when it changed', () => {
    const of = key({ allowed_ips: ['203.0.113.0/24'] }, [{ version: 4, words: [0xcb007100], prefixLength: 24 }]);
    const changes: RuleChange[] = [
      { at: AT + 1000, rule: 'allowed_ips', from: ['10.0.0.0/8'] },
      { at: AT + 1500, rule: 'permissions', from: ['write'] },
      { at: AT + 2000, rule: 'allowed_ips', from: ['192.0.2.1'] },
    ];
    const { summary, rule, passesNow, remedies } = explain(use('IP_NOT_ALLOWED'), of, changes);
    expect(summary).toContain('(10.0.0.0/8)');
    expect(rule).toEqual({
      name: 'allowed_ips',
      then: ['10.0.0.0/8'],
      now: ['203.0.113.0/24'],
      changedAt: [AT + 1000, AT + 2000],
    });
    expect(passesNow).toBe(true);
    expect(remedies).toHaveLength(1);
    expect(remedies[0]?.text).toContain('would pass this check now');
  });

  it('keeps of limits those that were not changed', () => {
    const changes: RuleChange[] = [
      { at: AT + 1, rule: 'rate_limits', from: { minute: 5 } },
      { at: AT + 2, rule: 'rate_limits', from: { minute: 10 } },
    ];
    expect(explain(use('RATE_LIMITED'), key(), changes).rule).toMatchObject({
      then: { minute: 5, hour: null, day: null },
      now: { minute: 60, hour: null, day: null },
    });
  });

  it('is not guessed where the log does not say what it was', () => {
    const changes: RuleChange[] = [{ at: AT + 1, rule: 'environment', from: undefined }];
    const { summary, rule, passesNow } = explain(use('WRONG_ENVIRONMENT'), key(), changes);
    expect(summary).toContain('a key for another environment');
    expect(rule?.then).toBeUndefined();
    expect(passesNow).toBeNull();
  });
});

describe('whether the same use would pass now', () => {
  const cases: [VerdictCode, Partial<KeyRules>, RuleChange[], boolean | null][] = [
    ['REVOKED', { state: 'revoked' }, [], false],
    ['DISABLED', { state: 'disabled' }, [], false],
    ['DISABLED', { state: 'active' }, [{ at: AT + 1, rule: 'state', from: 'disabled' }], true],
    ['GRACE_ENDED', { grace_period_ends_at: '2026-11-22T13:00:00.000Z' }, [], false],
    ['EXPIRED', { expires_at: '2026-11-22T13:00:00.000Z' }, [], false],
    ['EXPIRED', { expires_at: '2027-11-22T13:00:00.000Z' }, [], true],
    ['EXPIRED', { expires_at: null }, [], true],
    ['WRONG_ENVIRONMENT', {}, [], false],
    ['WRONG_ENVIRONMENT', {}, [{ at: AT + 1, rule: 'environment', from: 'staging' }], null],
    ['SERVICE_NOT_ALLOWED', { allowed_services: ['a'] }, [], false],
    [
      'SERVICE_NOT_ALLOWED',
      { allowed_services: ['a'] },
      [{ at: AT + 1, rule: 'allowed_services', from: ['a', 'b'] }],
      false,
    ],
    [
      'SERVICE_NOT_ALLOWED',
      { allowed_services: ['a', 'b'] },
      [{ at: AT + 1, rule: 'allowed_services', from: ['a'] }],
      null,
    ],
    ['SERVICE_NOT_ALLOWED', { allowed_services: [] }, [{ at: AT + 1, rule: 'allowed_services', from: ['a'] }], true],
    ['USER_AGENT_NOT_ALLOWED', { allowed_user_agents: ['billing/'] }, [], false],
    ['USER_AGENT_NOT_ALLOWED', { allowed_user_agents: ['CURL'] }, [], true],
    ['INSUFFICIENT_PERMISSIONS', { permissions: ['read'] }, [], false],
    ['INSUFFICIENT_PERMISSIONS', { permissions: ['a.b'] }, [{ at: AT + 1, rule: 'permissions', from: ['a.*'] }], false],
    ['INSUFFICIENT_PERMISSIONS', { permissions: ['a.*'] }, [{ at: AT + 1, rule: 'permissions', from: ['a.b'] }], null],
    ['USAGE_EXCEEDED', { credits: { remaining: 0, refill: null } }, [], false],
    ['USAGE_EXCEEDED', { credits: { remaining: 9, refill: null } }, [], null],
    ['USAGE_EXCEEDED', { credits: null }, [], true],
    ['RATE_LIMITED', {}, [], null],
  ];

  it.each(cases)('%s with %j after %j: %s', (code, rules, changes, passes) => {
    expect(explain(use(code), key(rules), changes).passesNow).toBe(passes);
  });
});

describe('a canary', () => {
  it.each(['NOT_FOUND', 'RATE_LIMITED'] as const)('is told of to whom it belongs, though its user saw %s', (code) => {
    const { summary, rule, passesNow } = explain(use(code), { ...key(), isCanary: true });
    expect(summary).toContain('The key “billing” (akm_live_4fT9Kx…) was refused');
    expect(summary).toContain('it is a canary');
    expect([rule, passesNow]).toEqual([null, false]);
  });
});

describe('what to do', () => {
  it('names the secret that works when the grace of another has ended', () => {
    const { summary, remedies } = explain(
      use('GRACE_ENDED'),
      key({ grace_period_ends_at: '2026-11-22T13:30:00.000Z' }),
    );
    expect(summary).toContain('the time to change over ended at 2026-11-22 13:30:00 UTC');
    expect(remedies[0]?.text).toContain('akm_live_Zz81Qa…, made at 2026-11-22 13:00:00 UTC');
    expect(remedies[1]?.step).toEqual({ action: 'rotate' });
  });

  it('offers the name of the program, which stays when its version changes', () => {
    const { remedies } = explain(use('USER_AGENT_NOT_ALLOWED'), key({ allowed_user_agents: ['billing/'] }));
    expect(remedies[0]?.step).toEqual({ action: 'update', fields: { allowed_user_agents: ['billing/', 'curl/'] } });
  });

  it('is to enable a key that is off, but not one that was revoked meanwhile', () => {
    expect(explain(use('DISABLED'), key({ state: 'disabled' })).remedies[0]?.step).toEqual({ action: 'enable' });
    expect(explain(use('DISABLED'), key({ state: 'revoked' })).remedies[0]?.step).toBeNull();
  });

  it('says how often the key was let in before it was too often, and no number that is gone', () => {
    const usesBefore = { minute: 60, hour: 61, day: 400 };
    expect(explain(use('RATE_LIMITED', { usesBefore }), key()).summary).toContain(
      'let in 60 times in the minute, about 61 times in the hour, about 400 times in the day before it',
    );
    expect(explain(use('RATE_LIMITED', { usesBefore: { ...usesBefore, hour: null } }), key()).summary).not.toContain(
      'hour',
    );
  });
});

describe('a throttle', () => {
  const throttle = { perMinute: 2, from: AT - HOUR / 2, until: AT + HOUR / 2 };

  it('is told of a use that was refused while it lasted, with the way out', () => {
    const { summary, remedies } = explain(use('RATE_LIMITED'), { ...key(), throttle });
    expect(summary).toMatch(/, and was throttled to 2 uses a minute until 2026-\S+ \S+ UTC because of an alert/);
    expect(remedies[0]?.text).toContain('Undo what was done');
  });

  it.each([
    ['after it has ended', { ...throttle, until: AT }],
    ['before it began', { ...throttle, from: AT + 1 }],
  ])('is not told of a use that was refused %s', (_, other) => {
    expect(explain(use('RATE_LIMITED'), { ...key(), throttle: other }).summary).not.toContain('throttled');
  });
});

describe('what is not on record', () => {
  it.each<[VerdictCode, string]>([
    ['WRONG_ENVIRONMENT', 'In which environment'],
    ['SERVICE_NOT_ALLOWED', 'At which service'],
    ['INSUFFICIENT_PERMISSIONS', 'Which permission'],
    ['USAGE_EXCEEDED', 'How many credits'],
    ['RATE_LIMITED', 'Which of the limits'],
  ])('is said of %s', (code, text) => {
    expect(explain(use(code), key()).unknown.join()).toContain(text);
  });

  it('is what was sent, where that was no key of ours', () => {
    for (const code of ['MALFORMED', 'NOT_FOUND', 'RATE_LIMITED'] as const) {
      expect(explain(use(code), null).unknown).toEqual(['What was sent is not on record.']);
    }
  });
});
