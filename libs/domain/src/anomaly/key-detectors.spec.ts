import { denied } from './denied.js';
import { dormant } from './dormant.js';
import { type Detector, type Evidence } from './evidence.js';
import { explain } from './explain.js';
import { isKnownNetwork, place } from './place.js';
import { initialPool } from './pool.js';
import { shape } from './shape/shape.js';
import { sharing } from './sharing.js';
import { COLD_START } from './thresholds.js';
import { type Place, type Uses } from './uses.js';

const NOW = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HOME: Place = { network: 1, range: 1, provider: 1, country: 1, client: 1, clientFamily: 1 };
const ELSEWHERE: Place = { network: 2, range: 2, provider: 2, country: 2, client: 2, clientFamily: 2 };

describe('a new place', () => {
  it('alerts for a key that has only been at home, the more the more about it is new', () => {
    const news: Partial<Place>[] = [
      { network: 2 },
      { network: 2, provider: 2 },
      { network: 2, provider: 2, country: 2 },
      { network: 2, provider: 2, country: 2, client: 2 },
      ELSEWHERE,
    ];
    const all = news.map((news) => evidenceAt(place, 30, use({ place: { ...HOME, ...news } })));
    expect(all).toEqual([...all].sort((one, other) => one - other));
    expect(new Set(all).size).toBe(news.length);
    expect(all.at(-1)).toBeGreaterThan(COLD_START.place);
    expect(all[0]).toBeLessThan(COLD_START.place);
  });

  it('says nothing of a key in its first three days', () => {
    expect(evidenceAt(place, 2, use({ place: ELSEWHERE }))).toBe(0);
  });

  it('says less of a key that moves about, of what it changes when it moves', () => {
    const roaming = (day: number) => use({ place: { ...HOME, network: 100 + day } });
    const network = use({ place: { ...HOME, network: 2 } });
    const provider = use({ place: { ...HOME, network: 2, provider: 2 } });
    expect(evidenceAt(place, 30, network)).toBeGreaterThan(1.5);
    expect(evidenceAt(place, 30, network, roaming)).toBe(0);
    expect(evidenceAt(place, 30, provider, roaming)).toBeGreaterThan(1.5);
  });

  it('is known from then on', () => {
    const { state, step } = grown(place, 30);
    expect(isKnownNetwork(state, ELSEWHERE)).toBe(false);
    step(use({ place: ELSEWHERE }));
    expect(isKnownNetwork(state, ELSEWHERE)).toBe(true);
    expect(step(use({ place: ELSEWHERE }))).toBeNull();
  });

  it('is put into words', () => {
    const evidence = grown(place, 30).step(use({ place: ELSEWHERE }));
    expect(explain(evidence ? [evidence] : [], 'en')).toBe(
      'New provider + new country + new client; typically this key shows a new network every 112 days. Since 2026-02-04 ' +
        '00:00 UTC; less than once in a century.',
    );
  });
});

describe('denied calls', () => {
  it('alert when a key that is never denied asks for many things in vain', () => {
    expect(evidenceAt(denied, 30, use({ calls: 8, denied: 6, deniedScopes: [1, 2, 3, 4, 5] }))).toBeGreaterThan(
      COLD_START.denied,
    );
  });

  it('say less of a client with a fault, which is denied one thing again and again', () => {
    const many = evidenceAt(denied, 30, use({ calls: 8, denied: 3, deniedScopes: [1, 2, 3, 4] }));
    const one = evidenceAt(denied, 30, use({ calls: 8, denied: 3, deniedScopes: [1, 1, 1] }));
    expect(many - one).toBeCloseTo(2, 6);
  });

  it('say nothing of a key that is denied half of its calls every day', () => {
    const denials = () => use({ calls: 100, denied: 50, deniedScopes: [1] });
    expect(evidenceAt(denied, 30, denials(), denials)).toBe(0);
  });

  it('are found however the calls of five minutes are split into batches', () => {
    const whole = grown(denied, 30).step(use({ calls: 12, denied: 6, deniedScopes: [1, 2, 3] }));
    const { step } = grown(denied, 30);
    const parts = [1, 2, 3].map((scope) => step(use({ calls: 4, denied: 2, deniedScopes: [scope] })));
    expect(parts.at(-1)).toEqual(whole);
  });
});

describe('sharing', () => {
  const at = (provider: number) => ({ range: provider, provider });
  const among = (count: number) => (day: number) => use({ place: { ...HOME, ...at(day % count) } });

  it('alerts when a key that always had one provider has three within an hour', () => {
    const { step } = grown(sharing, 30);
    step(use({}));
    step(use({ place: { ...HOME, ...at(2) } }));
    const evidence = step(use({ place: { ...HOME, ...at(3) } }));
    expect(evidence).toMatchObject({ observed: 3, typical: [1, 1] });
    expect(evidence?.e).toBeGreaterThan(COLD_START.sharing);
  });

  it('forgets a provider after an hour', () => {
    const { step } = grown(sharing, 30);
    step(use({ place: { ...HOME, ...at(2) } }));
    expect(step(use({ place: { ...HOME, ...at(3) } }, HOUR + 1))).toBeNull();
  });

  it('says nothing of a key that often has two', () => {
    const { step } = grown(sharing, 30, among(1), [use({ place: { ...HOME, ...at(2) } }, MINUTE)]);
    expect(step(use({ place: { ...HOME, ...at(2) } }, MINUTE))?.e ?? 0).toBeLessThan(COLD_START.sharing);
  });
});

describe('a silence', () => {
  it('alerts when a key used every day is used again after weeks', () => {
    const evidence = grown(dormant, 30).step(use({}, 21 * DAY));
    expect(evidence).toMatchObject({ observed: 22, typical: [0, 1] });
    expect(evidence?.e).toBeGreaterThan(COLD_START.dormant);
    expect(explain(evidence ? [evidence] : [], 'en')).toMatch(/^Used after 22 days of silence, typically 0–1\. /);
  });

  it('says nothing of a weekend', () => {
    expect(evidenceAt(dormant, 30, use({}, 2 * DAY))).toBeLessThan(COLD_START.dormant);
  });

  it('says nothing of a key that is used once a month', () => {
    const { step } = grown(dormant, 12, (month) => use({}, month * 29 * DAY));
    expect(step(use({}, 11 * 29 * DAY + 2 * DAY))?.e ?? 0).toBeLessThan(COLD_START.dormant);
  });
});

describe('the shape of what a key does', () => {
  /** Three weeks of office hours, and then what is to be judged. */
  function after(calls: (bucket: number) => number): Evidence | null {
    const state = shape.init(NOW);
    const pool = initialPool();
    let strongest: Evidence | null = null;
    for (let bucket = 0; bucket < 22 * 288; bucket++) {
      const isOffice = bucket % 288 > 108 && bucket % 288 < 216;
      const usual = isOffice ? 40 + ((bucket * 7919) % 23) : (bucket * 7919) % 3;
      const isJudged = bucket >= 21 * 288;
      const evidence = shape.step(
        state,
        { at: NOW + bucket * 5 * MINUTE, calls: isJudged ? calls(usual) : usual },
        pool,
      );
      if (isJudged && (evidence?.e ?? 0) > (strongest?.e ?? 0)) strongest = evidence;
    }
    return strongest;
  }

  it('alerts when a key does ten times what it did', () => {
    const evidence = after((usual) => 10 * usual);
    expect(evidence?.e).toBeGreaterThan(COLD_START.shape);
    expect(evidence?.observed).toBeGreaterThan(evidence?.typical[1] ?? Infinity);
    expect(evidence?.once).toMatch(/^nothing like it in 21 days$/);
  });

  it('notices when a busy key falls silent for a day', () => {
    const usual = after((calls) => calls)?.e ?? 0;
    expect(after(() => 0)?.e).toBeGreaterThan(2 * usual);
  });

  it('says nothing of another day like the others', () => {
    expect(after((usual) => usual)?.e ?? 0).toBeLessThan(COLD_START.shape);
  });
});

/** A key that has done the same for so many days, and what it is told next, so long after the last of them. */
function grown<State>(
  detector: Detector<State, Uses>,
  days: number,
  habit: (day: number) => Uses = () => use({}),
  more: readonly Uses[] = [],
): { state: State; step: (next: Uses) => Evidence | null } {
  const state = detector.init(NOW);
  const pool = initialPool();
  const end = NOW + days * DAY;
  for (let day = 0; day < days; day++)
    for (const next of [habit(day), ...more]) detector.step(state, { ...next, at: next.at + day * DAY }, pool);
  return { state, step: (next) => detector.step(state, { ...next, at: next.at - NOW + end }, pool) };
}

function evidenceAt<State>(
  detector: Detector<State, Uses>,
  days: number,
  next: Uses,
  habit?: (day: number) => Uses,
): number {
  return grown(detector, days, habit).step(next)?.e ?? 0;
}

function use(what: Partial<Uses>, afterMs = 0): Uses {
  return { at: NOW + afterMs, place: HOME, calls: 10, denied: 0, deniedScopes: [], ...what };
}
