import fc from 'fast-check';
import { DRIFTS, TRANSITIONS, allows, statusOf } from './key-state.js';
import type { KeyAction, KeyLife, KeyStatus } from './key-state.js';

const STATUSES: readonly KeyStatus[] = ['active', 'rotating', 'disabled', 'expired', 'revoked'];
const ACTIONS: readonly KeyAction[] = ['update', 'rotate', 'end_grace', 'disable', 'enable', 'revoke'];

const NOW = 1_000;

/** What an action makes of a life at NOW: the model that the record is held against. */
function after(life: KeyLife, action: KeyAction, moment: number | null): KeyLife {
  switch (action) {
    case 'update':
      return { ...life, expiresAt: moment };
    case 'rotate': {
      const graceEnd = moment ?? NOW;
      return { ...life, retiringUntil: Math.min(graceEnd, life.expiresAt ?? graceEnd) };
    }
    case 'end_grace':
      return { ...life, retiringUntil: NOW };
    case 'disable':
      return { ...life, state: 'disabled' };
    case 'enable':
      return { ...life, state: 'active' };
    case 'revoke':
      return { ...life, state: 'revoked' };
  }
}

const moment = fc.option(fc.integer({ min: NOW - 2, max: NOW + 2 }));
const life = fc
  .record<KeyLife>({
    state: fc.constantFrom<KeyLife['state']>('active', 'disabled', 'revoked'),
    expiresAt: moment,
    retiringUntil: moment,
  })
  // Grace never outlives the key.
  .filter(({ expiresAt, retiringUntil }) => retiringUntil === null || expiresAt === null || retiringUntil <= expiresAt);

describe('the status of a key', () => {
  it('is expired at the very moment it expires and not a millisecond before', () => {
    const key: KeyLife = { state: 'active', expiresAt: NOW, retiringUntil: null };
    expect(statusOf(key, NOW - 1)).toBe('active');
    expect(statusOf(key, NOW)).toBe('expired');
  });

  it('is rotating until the very moment the grace ends', () => {
    const key: KeyLife = { state: 'active', expiresAt: null, retiringUntil: NOW };
    expect(statusOf(key, NOW - 1)).toBe('rotating');
    expect(statusOf(key, NOW)).toBe('active');
  });

  it('is the hardest to leave of those that apply', () => {
    const past = { expiresAt: NOW - 1, retiringUntil: NOW - 2 };
    expect(statusOf({ ...past, state: 'revoked' }, NOW)).toBe('revoked');
    expect(statusOf({ ...past, state: 'disabled' }, NOW)).toBe('disabled');
    expect(statusOf({ ...past, state: 'active' }, NOW)).toBe('expired');
    expect(statusOf({ state: 'active', expiresAt: NOW, retiringUntil: NOW + 1 }, NOW)).toBe('expired');
  });
});

describe('the transitions of a key', () => {
  it('reach every status from a new key', () => {
    const reached = new Set<KeyStatus>();
    const walk = (status: KeyStatus): void => {
      if (reached.has(status)) return;
      reached.add(status);
      [...Object.values(TRANSITIONS[status]).flat(), ...DRIFTS[status]].forEach(walk);
    };
    walk('active');
    expect([...reached].sort()).toEqual([...STATUSES].sort());
  });

  it('leave a revoked key revoked: no action is allowed and time changes nothing', () => {
    expect(ACTIONS.filter((action) => allows('revoked', action))).toEqual([]);
    expect(DRIFTS.revoked).toEqual([]);
  });

  it('can end every other key at once', () => {
    const others = STATUSES.filter((status) => status !== 'revoked');
    expect(others.map((status) => TRANSITIONS[status].revoke)).toEqual(others.map(() => ['revoked']));
  });

  it('rotate only a key that is in use', () => {
    expect(STATUSES.filter((status) => allows(status, 'rotate'))).toEqual(['active', 'rotating']);
  });

  it('neither disable twice nor enable what is not disabled', () => {
    expect(STATUSES.filter((status) => allows(status, 'disable'))).toEqual(['active', 'rotating']);
    expect(STATUSES.filter((status) => allows(status, 'enable'))).toEqual(['disabled']);
  });

  it('end a grace period only while one runs', () => {
    expect(STATUSES.filter((status) => allows(status, 'end_grace'))).toEqual(['rotating']);
  });

  it('lead nowhere else than the facts do after an action', () => {
    fc.assert(
      fc.property(life, fc.constantFrom(...ACTIONS), moment, (key, action, change) => {
        const outcomes = TRANSITIONS[statusOf(key, NOW)][action];
        fc.pre(outcomes !== undefined);
        // The edge takes no expiry in the past, except that an update of an expired key may leave it as it is.
        if (action === 'update') fc.pre(change === null || change > NOW || change === key.expiresAt);
        expect(outcomes).toContain(statusOf(after(key, action, change), NOW));
      }),
      { numRuns: 1_000 },
    );
  });

  it('list no outcome that cannot happen', () => {
    const seen = new Set<string>();
    const lives = fc.sample(life, { numRuns: 2_000, seed: 1 });
    const changes = fc.sample(moment, { numRuns: 2_000, seed: 2 });
    for (const action of ACTIONS) {
      lives.forEach((key, index) => {
        const outcome = statusOf(after(key, action, changes[index] ?? null), NOW);
        seen.add(`${statusOf(key, NOW)} ${action} ${outcome}`);
      });
    }
    const listed = STATUSES.flatMap((status) =>
      ACTIONS.flatMap((action) => (TRANSITIONS[status][action] ?? []).map((to) => `${status} ${action} ${to}`)),
    );
    expect(listed.filter((step) => !seen.has(step))).toEqual([]);
  });

  it('drift with the time as the facts do', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 1, max: 5 }), (key, ms) => {
        const before = statusOf(key, NOW);
        const later = statusOf(key, NOW + ms);
        expect([before, ...DRIFTS[before]]).toContain(later);
      }),
    );
  });
});
