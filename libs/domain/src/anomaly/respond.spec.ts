import fc from 'fast-check';
import { type Severity, SEVERITIES } from './decide.js';
import { EVIDENCE_KINDS, type EvidenceKind } from './evidence.js';
import {
  type Circumstances,
  isUntried,
  REACTIONS,
  respond,
  type Response,
  RESPONSE_MODES,
  type ResponsePolicy,
  responsesAnHour,
} from './respond.js';

const NOW = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

const ACTING: ResponsePolicy = {
  mode: 'act',
  reactions: { medium: 'throttle', high: 'throttle', critical: 'suspend' },
  suspendsLastKey: false,
};
const CALM: Circumstances = {
  isUsable: true,
  isThrottled: false,
  isLastKey: false,
  isUndoneLately: false,
  usualPerMinute: 40,
  keys: 300,
  othersLately: 0,
};

const alert = (misuse: Severity | null, ...kinds: EvidenceKind[]) => ({ misuse, kinds });
const theft = alert('critical', 'place', 'denied');
const suspended: Response = { kind: 'suspended', isDryRun: false, until: NOW + 24 * HOUR };
const throttled: Response = { kind: 'throttled', isDryRun: false, perMinute: 80, until: NOW + HOUR };
const notified: Response = { kind: 'notified' };
const withheld = (reaction: 'throttle' | 'suspend', because: string) => ({ kind: 'withheld', reaction, because });

describe('the response to an alert', () => {
  it.each([
    ['of shape', alert('medium', 'shape'), throttled],
    ['of a new place', alert('high', 'place'), throttled],
    ['of two kinds', theft, suspended],
    ['of two kinds, one of which is shape', alert('critical', 'place', 'shape'), suspended],
    ['of an old secret', alert(null, 'retired_secret'), notified],
    ['of an old secret after a new place', alert(null, 'retired_secret', 'place'), notified],
    ['of a canary', alert(null, 'canary'), notified],
    ['of unknown keys', alert(null, 'stuffing'), notified],
    ['of a busy day after an old secret', alert('medium', 'retired_secret', 'shape'), throttled],
    ['of a new place after an old secret', alert('high', 'retired_secret', 'place'), throttled],
    [
      'of shape alone, whatever is set',
      alert('critical', 'shape', 'retired_secret'),
      withheld('suspend', 'shape_alone'),
    ],
  ])('%s', (_, found, response) => {
    expect(respond(found, ACTING, CALM, NOW)).toEqual(response);
  });

  it.each<[string, Partial<Circumstances>, unknown]>([
    ['cannot be used any more', { isUsable: false }, notified],
    ['is the last of its owner', { isLastKey: true }, withheld('suspend', 'last_key')],
    ['was left alone by somebody', { isUndoneLately: true }, withheld('suspend', 'undone_lately')],
    ['is throttled', { isThrottled: true }, suspended],
    ['has no past', { usualPerMinute: null }, suspended],
    ['is the third in an hour of three hundred', { othersLately: 2 }, suspended],
    ['is the fourth', { othersLately: 3 }, withheld('suspend', 'circuit_breaker')],
    ['is the first of few', { keys: 2 }, suspended],
    ['is the second of few', { keys: 2, othersLately: 1 }, withheld('suspend', 'circuit_breaker')],
  ])('about a key to be suspended that %s', (_, different, response) => {
    expect(respond(theft, ACTING, { ...CALM, ...different }, NOW)).toEqual(response);
  });

  it.each<[string, Partial<Circumstances>, unknown]>([
    ['is throttled', { isThrottled: true }, notified],
    ['is the last of its owner', { isLastKey: true }, throttled],
    ['has no past', { usualPerMinute: null }, withheld('throttle', 'nothing_usual')],
    ['is hardly ever used', { usualPerMinute: 0 }, { ...throttled, perMinute: 1 }],
    ['is one too many', { othersLately: 3 }, withheld('throttle', 'circuit_breaker')],
  ])('about a key to be throttled that %s', (_, different, response) => {
    expect(respond(alert('high', 'place'), ACTING, { ...CALM, ...different }, NOW)).toEqual(response);
  });

  it('is to suspend the last key too where that is switched on', () => {
    const policy = { ...ACTING, suspendsLastKey: true };
    expect(respond(theft, policy, { ...CALM, isLastKey: true }, NOW)).toEqual(suspended);
  });

  it('is what would be done in a dry run, and nothing where it is off', () => {
    const modes = RESPONSE_MODES.map((mode) => respond(theft, { ...ACTING, mode }, CALM, NOW));
    expect(modes).toEqual([notified, { ...suspended, isDryRun: true }, suspended]);
  });
});

describe('whatever happens', () => {
  const policies = fc.record({
    mode: fc.constantFrom(...RESPONSE_MODES),
    reactions: fc.record({
      medium: fc.constantFrom(...REACTIONS),
      high: fc.constantFrom(...REACTIONS),
      critical: fc.constantFrom(...REACTIONS),
    }),
    suspendsLastKey: fc.boolean(),
  });
  const circumstances = fc.record({
    isUsable: fc.boolean(),
    isThrottled: fc.boolean(),
    isLastKey: fc.boolean(),
    isUndoneLately: fc.boolean(),
    usualPerMinute: fc.option(fc.nat(10_000)),
    keys: fc.nat(100_000),
    othersLately: fc.nat(1_000),
  });
  const alerts = fc.record({
    misuse: fc.option(fc.constantFrom(...SEVERITIES)),
    kinds: fc.uniqueArray(fc.constantFrom(...EVIDENCE_KINDS), { minLength: 1 }),
  });
  const always = (
    holds: (
      response: Response,
      all: { policy: ResponsePolicy; seen: Circumstances; kinds: readonly EvidenceKind[] },
    ) => boolean,
  ) => {
    fc.assert(
      fc.property(alerts, policies, circumstances, (found, policy, seen) =>
        holds(respond(found, policy, seen, NOW), { policy, seen, kinds: found.kinds }),
      ),
      { numRuns: 2_000 },
    );
  };
  const isDone = (response: Response) =>
    (response.kind === 'throttled' || response.kind === 'suspended') && !response.isDryRun;

  it('nothing is done to a key unless somebody has set that it is', () => {
    always((response, { policy }) => !isDone(response) || policy.mode === 'act');
  });

  it('no key is suspended for its shape alone, nor for what was used in vain', () => {
    const counts = (kind: EvidenceKind) => !['shape', 'shared', 'retired_secret', 'canary', 'stuffing'].includes(kind);
    always((response, { kinds }) => response.kind !== 'suspended' || kinds.some(counts));
  });

  it('no last key is suspended unless that is set', () => {
    always((response, { policy, seen }) => response.kind !== 'suspended' || !seen.isLastKey || policy.suspendsLastKey);
  });

  it('no more than one key in a hundred is answered in an hour, or one', () => {
    always((response, { seen }) => !isDone(response) || seen.othersLately + 1 <= Math.max(1, seen.keys / 100));
  });

  it('a throttle leaves room for twice what is usual, and ends', () => {
    always(
      (response, { seen }) =>
        response.kind !== 'throttled' ||
        (response.perMinute >= 2 * (seen.usualPerMinute ?? 0) && response.until === NOW + HOUR),
    );
  });

  it('a dry run says of each alert what acting would have done', () => {
    fc.assert(
      fc.property(alerts, policies, circumstances, (found, policy, seen) => {
        const [dry, real] = (['dry_run', 'act'] as const).map((mode) => respond(found, { ...policy, mode }, seen, NOW));
        expect('isDryRun' in (dry ?? {}) ? { ...dry, isDryRun: false } : dry).toEqual(real);
      }),
    );
  });
});

describe('acting', () => {
  it.each<[string, Partial<ResponsePolicy>, Partial<ResponsePolicy>, boolean]>([
    ['that was off', { mode: 'off' }, {}, true],
    ['after a dry run', { mode: 'dry_run' }, {}, false],
    [
      'after a dry run of less',
      { mode: 'dry_run', reactions: { medium: 'notify', high: 'throttle', critical: 'suspend' } },
      {},
      true,
    ],
    ['that becomes milder', {}, { reactions: { medium: 'notify', high: 'notify', critical: 'throttle' } }, false],
    ['that becomes harsher', {}, { reactions: { medium: 'throttle', high: 'suspend', critical: 'suspend' } }, true],
    ['that is to take the last key too', {}, { suspendsLastKey: true }, true],
    ['that goes back to a dry run', {}, { mode: 'dry_run', suspendsLastKey: true }, false],
  ])('%s', (_, before, after, untried) => {
    expect(isUntried({ ...ACTING, ...before }, { ...ACTING, ...after })).toBe(untried);
  });

  it('is held back at one key in a hundred, and at one', () => {
    expect([0, 1, 99, 100, 199, 200, 10_000].map(responsesAnHour)).toEqual([1, 1, 1, 1, 1, 2, 100]);
  });
});
