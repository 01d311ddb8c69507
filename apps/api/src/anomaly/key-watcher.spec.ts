import fc from 'fast-check';
import { COLD_START, initialPool, type Pool } from '#domain';
import { AnomalyBook } from './anomaly-book.js';
import { type KeptStates, KeyWatcher } from './key-watcher.js';
import { NOTHING_SAID, type Quiet } from './quiet.js';
import type { UseRun } from './use-runs.js';
import { whereaboutsOf } from './whereabouts.js';

const START = Date.UTC(2026, 0, 5);
const BUCKET_MS = 300_000;
const SUBJECT = { keyId: 'key', ownerId: 'owner', canWrite: true, muted: new Set<never>() };

/** Uses of a key, one by one: mostly from home, and with pauses from seconds to weeks. */
const history = fc.array(
  fc.record({
    pauseMs: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
      { weight: 3, arbitrary: fc.integer({ min: 60_000, max: 30_000_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 10 ** 9 }) },
    ),
    place: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) }),
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant('used' as const) },
      { weight: 1, arbitrary: fc.constantFrom('denied' as const, 'retired' as const) },
    ),
    asked: fc.constantFrom('GET /a', 'POST /b', 'DELETE /c'),
  }),
  { minLength: 20, maxLength: 200, size: 'max' },
);

type Use = UseRun & { readonly uses: 1 };

function usesOf(steps: typeof history extends fc.Arbitrary<infer T> ? T : never): Use[] {
  let at = START;
  return steps.map(({ pauseMs, place, kind, asked }) => ({
    ...{ kind, key_id: 'key', presented: 'key', is_revoked: false, uses: 1, asked: kind === 'denied' ? asked : null },
    ...{ first_at: (at += pauseMs), last_at: at, address: `203.${place}.113.7`, user_agent: `client-${place % 2}/1` },
  }));
}

/** As the database does it for the uses of one batch. */
function runsOf(uses: readonly Use[]): UseRun[] {
  const runs: UseRun[] = [];
  for (const use of uses) {
    const last = runs.at(-1);
    const bucket = (at: number) => Math.floor(at / BUCKET_MS);
    const goesOn =
      last?.kind === use.kind &&
      use.kind === 'used' &&
      last.address === use.address &&
      bucket(last.first_at) === bucket(use.first_at);
    if (goesOn) runs[runs.length - 1] = { ...last, uses: last.uses + 1, last_at: use.last_at };
    else runs.push(use);
  }
  return runs;
}

/** What is remembered and said in the end, where all that is remembered is written and read back between batches. */
function watched(batches: readonly (readonly UseRun[])[]): object {
  const pool: Pool = initialPool();
  const book = new AnomalyBook([], COLD_START, START);
  let quiet: Quiet = NOTHING_SAID;
  let kept: KeptStates | undefined;
  for (const batch of batches) {
    const watcher = new KeyWatcher(kept, batch[0]?.first_at ?? 0);
    for (const run of batch)
      for (const evidence of watcher.see(run, whereaboutsOf(run.address, run.user_agent), pool))
        quiet = book.note(SUBJECT, evidence, quiet);
    kept = watcher.keep();
  }
  const said = book.written.map(({ type, severity, description, evidence }) => ({
    type,
    severity,
    description,
    evidence,
  }));
  return { kept, pool, said, quiet: { ...quiet, anomalyIds: Object.keys(quiet.anomalyIds) } };
}

describe('uses of a key', () => {
  it('end in the same states and anomalies, however they are told: one by one, in runs, cut into batches anywhere', () => {
    let alerts = 0;
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 50 }), (steps, size) => {
        const uses = usesOf(steps);
        const batches = Array.from({ length: Math.ceil(uses.length / size) }, (_, n) =>
          runsOf(uses.slice(n * size, (n + 1) * size)),
        );
        const oneByOne = watched([uses]) as { said: unknown[] };
        alerts += oneByOne.said.length;
        expect(watched([runsOf(uses)])).toEqual(oneByOne);
        expect(watched(batches)).toEqual(oneByOne);
      }),
      { numRuns: 150 },
    );
    expect(alerts).toBeGreaterThan(150);
  });

  it('that come late are told as if they were of the latest moment seen', () => {
    const watcher = new KeyWatcher(undefined, START);
    const use = (at: number) => usesOf([{ pauseMs: at, place: 0, kind: 'used', asked: 'GET /a' }])[0];
    for (const at of [1_000, 500]) {
      const run = use(at);
      if (run) watcher.see(run, whereaboutsOf(run.address, run.user_agent), initialPool());
    }
    expect(watcher.keep().seenUntil).toBe(START + 1_000);
  });

  it('begin to be learned anew by what is of another version, which is said', () => {
    const kept = new KeyWatcher(undefined, START).keep();
    const place = Buffer.from(kept.place);
    place[7] = 1;
    expect(new KeyWatcher({ ...kept, place }, START).begunAnew).toEqual(['place']);
    expect(new KeyWatcher(kept, START).begunAnew).toEqual([]);
  });
});
