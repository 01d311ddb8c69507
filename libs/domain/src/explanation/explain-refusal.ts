import { covers } from '../permission.js';
import type { VerdictCode } from '../verdict.js';
import { byAddress, byAgent } from './explain-client.js';
import type { ExplainedKey } from './explained-use.js';
import { allowedText, type Facts, historyOf, type KeyCase, only } from './key-case.js';
import type { RuleHistory } from './rule-history.js';
import { listed, moment, usesText } from './wording.js';

export function byKey(code: VerdictCode, facts: Facts): KeyCase {
  return CASES[code](facts);
}

const CASES: Readonly<Record<VerdictCode, (facts: Facts) => KeyCase>> = {
  VALID: () => ({ reason: '', remedies: [] }),
  // Said of no key that is known.
  MISSING: unlikely,
  MALFORMED: unlikely,
  // Known, and yet to nobody who shows it.
  NOT_FOUND: () => ({
    reason: 'it is a canary, and whoever shows it is told that there is no such key',
    passesNow: false,
    remedies: [only('Find out who has it, and from where: they looked where nobody should have.')],
  }),
  REVOKED: (facts) => ({
    reason: 'it has been revoked for good',
    rule: { ...historyOf('state', facts), then: 'revoked' },
    passesNow: false,
    remedies: [only('Make another key: nothing brings this one back.')],
  }),
  DISABLED: (facts) => ({
    reason: 'it was switched off',
    rule: { ...historyOf('state', facts), then: 'disabled' },
    passesNow: facts.key.rules.state === 'active',
    remedies:
      facts.key.rules.state === 'revoked'
        ? [only('Make another key: this one has been revoked since.')]
        : [{ text: 'Enable the key.', step: { action: 'enable' } }],
  }),
  GRACE_ENDED: ({ key, ...facts }) => ({
    reason: `this secret of it has been replaced, and the time to change over ${endedAt(key)}`,
    rule: historyOf('grace_period_ends_at', { key, ...facts }),
    passesNow: false,
    remedies: [
      only(
        `Give the client the secret that works: ${key.current.display}…, made at ${moment(key.current.since)}, which ` +
          'was shown once.',
      ),
      { text: 'If nobody has it, rotate the key: the answer shows another one.', step: { action: 'rotate' } },
    ],
  }),
  EXPIRED: (facts) => {
    const rule = historyOf('expires_at', facts);
    const isExpired = rule.now !== null && Date.parse(rule.now) <= facts.now;
    return {
      reason: typeof rule.then === 'string' ? `it expired at ${moment(rule.then)}` : 'it had expired',
      rule,
      passesNow: !isExpired,
      remedies: [
        { text: 'Extend its life.', step: { action: 'update', fields: { expires_in_days: EXTENSION_DAYS } } },
        only('Or give the client another key.'),
      ],
    };
  },
  WRONG_ENVIRONMENT: (facts) => {
    const rule = historyOf('environment', facts);
    return {
      reason: `it is a key for ${rule.then ?? 'another environment'}, and it was shown in another environment`,
      rule,
      passesNow: rule.isUnchanged ? false : null,
      unknown: ['In which environment it was shown is not on record.'],
      remedies: [only('Use a key there that was made for that environment.')],
    };
  },
  SERVICE_NOT_ALLOWED: (facts) => {
    const rule = historyOf('allowed_services', facts);
    return {
      reason: `it was not shown at a service that it may be used at${allowedText(rule.then)}`,
      rule,
      passesNow: stillRefused(rule, (service, then) => then.includes(service)),
      unknown: ['At which service it was shown, or whether the service was named at all, is not on record.'],
      remedies: [only('Have the service say its name, and add that to `allowed_services` of the key.')],
    };
  },
  IP_NOT_ALLOWED: byAddress,
  USER_AGENT_NOT_ALLOWED: byAgent,
  INSUFFICIENT_PERMISSIONS: (facts) => {
    const rule = historyOf('permissions', facts);
    const held = rule.then?.length === 0 ? 'it held none' : rule.then && `it held ${listed(rule.then)}`;
    return {
      reason: `it lacked a permission that was asked for${held ? `; ${held}` : ''}`,
      rule,
      passesNow: allNow(rule, (permission, then) => covers(then, permission)) ? false : null,
      unknown: ['Which permission was asked for is not on record; the service that asked knows.'],
      remedies: [only('Add the permission that the service asks for to `permissions` of the key.')],
    };
  },
  USAGE_EXCEEDED: (facts) => {
    const now = facts.key.rules.credits;
    return {
      reason: 'it had fewer credits left than the use would have cost',
      rule: { ...historyOf('credits', facts), then: undefined },
      passesNow: now === null ? true : now.remaining === 0 ? false : null,
      unknown: ['How many credits were left, and how many the use would have cost, is not on record.'],
      remedies: [
        only('Add to `credits` of the key.'),
        ...(now?.refill ? [only(`Or wait for the next refill, which is ${now.refill.interval}.`)] : []),
      ],
    };
  },
  RATE_LIMITED: (facts) => ({
    reason: `it was used more often than its limits allow${throttleText(facts)}${facts.use.usesBefore ? `. ${usesText(facts.use.usesBefore)}` : ''}`,
    rule: historyOf('rate_limits', facts),
    unknown: ['Which of the limits was met, and how many tokens the use would have taken, is not on record.'],
    remedies: [
      ...(throttleText(facts) === '' ? [] : [only('Undo what was done because of the alert, if it was wrong.')]),
      only('Spread the uses out: the answer said in Retry-After when the next would be let in.'),
      only('Or raise the limit that is met: `rate_limit_per_minute`, `rate_limit_per_hour` or `rate_limit_per_day`.'),
    ],
  }),
};

/** Nothing, unless it was throttled at that moment. */
function throttleText({ key: { throttle }, use: { at } }: Facts): string {
  if (throttle === null || at < throttle.from || at >= throttle.until) return '';
  return `, and was throttled to ${throttle.perMinute} uses a minute until ${moment(throttle.until)} because of an alert`;
}

const EXTENSION_DAYS = 90;

/** Of a list that lets everything in when it is empty. What was not on it then can be let in by something new only. */
function stillRefused(
  rule: RuleHistory<'allowed_services'>,
  isOn: (value: string, then: readonly string[]) => boolean,
): boolean | null {
  if (rule.now.length === 0) return true;
  return allNow(rule, isOn) ? false : null;
}

function allNow(
  { now, then }: RuleHistory<'allowed_services' | 'permissions'>,
  isOn: (value: string, then: readonly string[]) => boolean,
): boolean {
  return then !== undefined && now.every((value) => isOn(value, then));
}

function endedAt({ rules }: ExplainedKey): string {
  return rules.grace_period_ends_at === null ? 'has ended' : `ended at ${moment(rules.grace_period_ends_at)}`;
}

function unlikely(): KeyCase {
  return { reason: 'it was not known as a key of ours then', remedies: [only('Send it again.')] };
}
