import fc from 'fast-check';
import { canary, retiredSecret } from './certain.js';
import { denied } from './denied.js';
import { dormant } from './dormant.js';
import { type Detector, type Evidence } from './evidence.js';
import { explain } from './explain.js';
import { place } from './place.js';
import { decodePool, encodePool, initialPool } from './pool.js';
import { shape } from './shape/shape.js';
import { sharing } from './sharing.js';
import { stuffing } from './stuffing.js';
import { type Uses } from './uses.js';

const NOW = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
/** Of state for one key, as is promised. */
const BYTES_MAX = 10_240;

const small = fc.integer({ min: 0, max: 400 });
const number32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** From seconds to weeks: within a bucket, over a night, and long enough to be forgotten. */
const pauseMs = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 600_000 }), fc.integer({ min: 1, max: 10 ** 9 }));

const uses = fc
  .record({
    pauseMs,
    place: fc.record({
      network: small,
      range: small,
      provider: small,
      country: small,
      client: small,
      clientFamily: small,
    }),
    granted: fc.integer({ min: 1, max: 1_000 }),
    denied: fc.integer({ min: 0, max: 20 }),
    deniedScopes: fc.array(small, { maxLength: 5 }),
  })
  .map(({ granted, ...all }) => ({ ...all, calls: granted + all.denied }));

/** The week in which nothing is novel yet, and after it whatever comes. */
const rollups = fc
  .array(fc.nat(500), { minLength: 50, maxLength: 300, size: 'max' })
  .map((counts) => [...Array.from({ length: 2_016 }, (_, n) => (n * 7_919) % 30), ...counts])
  .map((counts) => inOrder(counts.map((calls) => ({ pauseMs: 5 * MINUTE, calls }))));

/** Each detector, with what it may be told: anything that comes in order. */
const DETECTORS: [Detector<unknown, unknown>, fc.Arbitrary<{ at: number }[]>][] = [
  [place, historyOf(uses)],
  [denied, historyOf(uses)],
  [sharing, historyOf(uses)],
  [dormant, historyOf(uses)],
  [shape, rollups],
  [stuffing, historyOf(fc.record({ pauseMs, network: small, key: number32 }))],
  [
    retiredSecret,
    historyOf(
      fc.record({ pauseMs, was: fc.constantFrom('key revoked', 'secret replaced'), isKnownNetwork: fc.boolean() }),
    ),
  ],
  [canary, historyOf(fc.record({ pauseMs }))],
];

describe.each(DETECTORS.map(([detector, history]) => [detector.kind, detector, history] as const))(
  'the state of %s',
  (_, detector, history) => {
    it('goes on after being written and read back at any moment as if it had not been', () => {
      fc.assert(
        fc.property(history, fc.float({ min: 0, max: 1, noNaN: true }), (all, when) => {
          // Near the end, where there is something to say.
          const restartAt = all.length - Math.ceil(when * Math.min(all.length, 200));
          expect(play(detector, all, restartAt)).toEqual(play(detector, all));
        }),
        { numRuns: 20, endOnFailure: true },
      );
    });

    it('is thrown away when it is of another version or not whole', () => {
      const state = detector.init(NOW);
      const bytes = detector.encode(state);
      const other = bytes.slice();
      other[7] = 1;
      const longer = Uint8Array.of(...bytes, 0);
      expect(detector.decode(bytes)).toBeDefined();
      for (const damaged of [other, longer, bytes.slice(0, -1), bytes.slice(0, 8), new Uint8Array()])
        expect(detector.decode(damaged)).toBeUndefined();
    });
  },
);

describe('all states of one key', () => {
  it('take no more than ten kilobytes together, whatever the key does', () => {
    const detectors: Detector<unknown, unknown>[] = [place, denied, sharing, dormant, shape];
    const states = detectors.map((detector) => {
      const state = detector.init(NOW);
      const pool = initialPool();
      for (let step = 0; step < 5_000; step++) detector.step(state, wanderer(step), pool);
      return detector.encode(state).length;
    });
    expect(states.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(BYTES_MAX);
  });
});

describe('the pool', () => {
  it('is read back as it was written, and not when it is not whole', () => {
    const pool = { ...initialPool(), denied: 0.1 + 0.2 };
    const bytes = encodePool(pool);
    expect(decodePool(bytes)).toEqual(pool);
    expect(decodePool(bytes.slice(8))).toBeUndefined();
  });
});

describe('every piece of evidence', () => {
  it('says what was observed, what is typical, how rare that is and since when', () => {
    const all = DETECTORS.flatMap(([detector, histories]) =>
      fc
        .sample(histories, { numRuns: 60, seed: 7 })
        .flatMap((history) => play(detector, history).filter((evidence) => evidence !== null)),
    );
    expect(DETECTORS.map(([{ kind }]) => kind).filter((kind) => !all.some((each) => each.kind === kind))).toEqual([]);
    const wanting = all.filter((evidence) => {
      const { observed, typical, once, since, at, e } = evidence;
      const isSound =
        [observed, ...typical, e, since].every(Number.isFinite) && typical[0] <= typical[1] && since <= at;
      const words = explain([evidence], 'en');
      const sinceWords = new Date(since).toISOString().slice(0, 16).replace('T', ' ');
      return !(
        isSound &&
        /typically/.test(words) &&
        words.includes(`Since ${sinceWords} UTC; ${once}.`) &&
        !/undefined|NaN|Infinity/.test(words)
      );
    });
    expect(wanting).toEqual([]);
  });
});

function historyOf(told: fc.Arbitrary<{ pauseMs: number }>): fc.Arbitrary<{ at: number }[]> {
  return fc.array(told, { minLength: 10, maxLength: 200, size: 'max' }).map(inOrder);
}

/** A key that is never where it was, and is denied everything. */
function wanderer(step: number): Uses {
  const place = { network: step, range: step, provider: step, country: step, client: step, clientFamily: step };
  return { at: NOW + step * MINUTE, place, calls: 9 + (step % 7), denied: 9, deniedScopes: [step, step + 1, step + 2] };
}

function inOrder(all: { pauseMs: number }[]): { at: number }[] {
  let at = NOW;
  return all.map(({ pauseMs: pause, ...told }) => ({ ...told, at: (at += pause) }));
}

/** What a detector says to a history in which the machine is restarted before one of the steps. */
function play(
  detector: Detector<unknown, unknown>,
  history: readonly object[],
  restartAt?: number,
): (Evidence | null)[] {
  let state = detector.init(NOW);
  let pool = initialPool();
  return history.map((seen, index) => {
    if (index === restartAt) {
      state = detector.decode(detector.encode(state));
      pool = decodePool(encodePool(pool)) ?? initialPool();
    }
    return detector.step(state, seen, pool);
  });
}
