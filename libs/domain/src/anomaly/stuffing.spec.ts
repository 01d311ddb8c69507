import { canary, retiredSecret } from './certain.js';
import { type Evidence } from './evidence.js';
import { explain } from './explain.js';
import { initialPool } from './pool.js';
import { STUFFING_ALARM, stuffing, type UnknownKey } from './stuffing.js';

const NOW = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;

describe('stuffing', () => {
  it('alerts at the eighth different key from one network within five minutes', () => {
    const all = strengths(tries(8, () => ({ network: 1 })));
    expect(all.findIndex((e) => (e ?? 0) >= STUFFING_ALARM)).toBe(7);
  });

  it('says nothing of a client that repeats one wrong key', () => {
    expect(strengths(tries(500, () => ({ network: 1, key: 1 })))).not.toContainEqual(expect.any(Number));
  });

  it('alerts when keys come from many networks, one or two from each', () => {
    expect(strengths(tries(60, (n) => ({ network: n >> 1 }))).some((e) => (e ?? 0) >= STUFFING_ALARM)).toBe(true);
  });

  it('gets used to a hum, but not to an attack', () => {
    const hum = Array.from({ length: 3_000 }, (_, n) => ({ at: NOW + n * 5 * MINUTE, network: n, key: n }));
    const after = NOW + 3_000 * 5 * MINUTE;
    expect(strengths(hum).slice(-1_000)).not.toContainEqual(expect.any(Number));
    const attack = tries(600, (n) => ({ network: n, at: after + n * 5_000 }));
    expect(strengths([...hum, ...attack]).slice(-1)).toEqual([expect.any(Number)]);
  });

  it('is found as soon again an hour after an attack', () => {
    const attack = (at: number) => tries(600, (n) => ({ network: n, at: at + n * 1_000 }));
    const again = strengths([...attack(NOW), ...attack(NOW + 70 * MINUTE)]).slice(-600);
    expect(again.findIndex((e) => (e ?? 0) >= STUFFING_ALARM)).toBeLessThan(30);
    expect(strengths(attack(NOW)).findIndex((e) => (e ?? 0) >= STUFFING_ALARM)).toBeLessThan(30);
  });

  it('keeps a bounded state under an attack without bound', () => {
    const state = stuffing.init(NOW);
    for (let n = 0; n < 20_000; n++) stuffing.step(state, { at: NOW, network: n, key: n }, initialPool());
    expect(stuffing.encode(state).length).toBeLessThan(40_000);
  });

  it('is put into words', () => {
    const evidence = evidenceOf(tries(8, () => ({ network: 1 }))).at(-1);
    expect(explain(evidence ? [evidence] : [], 'en')).toBe(
      '8 different unknown keys tried within 5 minutes, typically 0–2. Since 2026-01-05 00:00 UTC; p < 1e-8.',
    );
  });
});

describe('what was taken out of use', () => {
  it('alerts at its first use', () => {
    const state = retiredSecret.init(NOW);
    const use = { at: NOW, was: 'key revoked', isKnownNetwork: false } as const;
    const evidence = retiredSecret.step(state, use, initialPool());
    expect(evidence).toMatchObject({ kind: 'retired_secret', e: 8, observed: 1, typical: [0, 0] });
    expect(explain(evidence ? [evidence] : [], 'en')).toBe(
      'Used once after the key was revoked, from a new network; typically this never happens. Since 2026-01-05 ' +
        '00:00 UTC; never by itself.',
    );
  });

  it('alerts less for a replaced secret where its key is at home: somebody forgot to install the new one', () => {
    const e = (isKnownNetwork: boolean) =>
      retiredSecret.step(retiredSecret.init(NOW), { at: NOW, was: 'secret replaced', isKnownNetwork }, initialPool())
        ?.e;
    expect([e(true), e(false)]).toEqual([5, 8]);
  });

  it('remembers since when, and how often', () => {
    const state = canary.init(NOW);
    canary.step(state, { at: NOW }, initialPool());
    expect(canary.step(state, { at: NOW + MINUTE }, initialPool())).toMatchObject({ observed: 2, since: NOW });
  });
});

/** Each of a different key, at the same moment, unless said otherwise. */
function tries(count: number, what: (n: number) => Partial<UnknownKey>): UnknownKey[] {
  return Array.from({ length: count }, (_, n) => ({ at: NOW, network: 1, key: 10_000 + n, ...what(n) }));
}

function evidenceOf(all: readonly UnknownKey[]): (Evidence | null)[] {
  const state = stuffing.init(NOW);
  const pool = initialPool();
  return all.map((each) => stuffing.step(state, each, pool));
}

function strengths(all: readonly UnknownKey[]): (number | undefined)[] {
  return evidenceOf(all).map((evidence) => evidence?.e);
}
