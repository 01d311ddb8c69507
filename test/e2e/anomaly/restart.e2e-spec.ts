import { AnomalyBudget } from '../../../apps/api/src/anomaly/anomaly-budget.js';
import { Announcements } from '../../../apps/api/src/anomaly/announcements.js';
import { Origins } from '../../../apps/api/src/geo/origins.js';
import { UseScoring } from '../../../apps/api/src/anomaly/use-scoring.js';
import { KeyEvidence } from '../../../apps/api/src/anomaly/key-evidence.entity.js';
import { WatchedKey } from '../../../apps/api/src/anomaly/watched-key.entity.js';
import { AnomalyWatchRow } from '../../../apps/api/src/anomaly/anomaly-watch.entity.js';
import { FailingDataSource } from '../../support/failing-data-source.js';
import { TestApp } from '../../support/test-app.js';
import { anomalies, BEHIND_A_PROXY, DAY_MS, ELSEWHERE, HOME, look, use } from './history.js';

/** What is done to the application between two steps of the story. */
type Interlude = (app: TestApp, count: number) => Promise<void>;

/** Uses a day. */
const STEPS = 6;

/** The same story with other interludes: everything that is remembered and said at its end. */
async function story(interlude: Interlude, canRestart = false): Promise<object> {
  const app = await TestApp.start(BEHIND_A_PROXY, { canRestart });
  let count = 0;
  try {
    const owner = await app.person('admin');
    const { secret } = await app.key(owner, { permissions: ['read'] });
    const from = (step: number) => (step % 5 === 4 ? { ...HOME, ip: `203.0.113.${step % 200}` } : HOME);
    for (let step = 0; step < 6 * STEPS; step++) {
      await use(app, secret, from(step), step % 11 === 10 ? 'POST' : 'GET');
      app.clock.advance(DAY_MS / STEPS);
      if (step % 3 === 2) await interlude(app, count++);
    }
    for (let step = 0; step < 6; step++) {
      await use(app, secret, ELSEWHERE, step % 2 === 1 ? 'DELETE' : 'GET');
      app.clock.advance(20_000);
      await interlude(app, count++);
    }
    await look(app);
    return await rememberedAndSaid(app, (await app.signedIn(owner)).token);
  } finally {
    await app.stop();
  }
}

async function rememberedAndSaid(app: TestApp, token: string): Promise<object> {
  const { manager } = app.dataSource;
  const said = (await anomalies(app, token)).map((anomaly) => ({ ...anomaly, id: '', api_key_id: '', created_at: '' }));
  const keys = (await manager.find(WatchedKey)).map(({ quiet, ...states }) => ({
    ...states,
    ...{ keyId: '', quiet: { ...quiet, anomalyIds: Object.keys(quiet.anomalyIds) } },
  }));
  const watch = await manager.findOneByOrFail(AnomalyWatchRow, { id: 1 });
  const evidence = await manager.find(KeyEvidence, { order: { day: 'ASC', kind: 'ASC' } });
  return { said, keys, pool: watch.pool, evidence: evidence.map(({ day, kind, e }) => ({ day, kind, e })) };
}

describe('the same uses', () => {
  let undisturbed: object;
  beforeAll(async () => {
    undisturbed = await story(() => Promise.resolve());
  });

  it('have something to say', () => {
    expect(undisturbed).toMatchObject({ said: [{ anomaly_type: 'new_network', severity: 'high' }] });
  });

  it('end in the same anomalies and states when they are looked at one by one', async () => {
    expect(await story(look)).toEqual(undisturbed);
  });

  it('end in the same anomalies and states when the server is started anew in between', async () => {
    const restart: Interlude = async (app, count) => {
      await look(app);
      if (count === 5) await app.restart();
    };
    expect(await story(restart, true)).toEqual(undisturbed);
  });

  it('end in the same anomalies and states wherever the connection breaks while they are looked at', async () => {
    let broken = 0;
    const crash: Interlude = async (app, count) => {
      await app.ingest();
      const failing = new FailingDataSource(app.dataSource);
      const scoring = new UseScoring(
        failing.asDataSource(),
        app.nest.get(Announcements),
        app.nest.get(AnomalyBudget),
        app.nest.get(Origins),
        app.clock,
      );
      failing.breakAt({ statement: 2 + (count % 7), when: count % 2 === 0 ? 'after' : 'before' });
      await scoring.score(10_000).catch(() => broken++);
    };
    expect(await story(crash)).toEqual(undisturbed);
    expect(broken).toBeGreaterThan(10);
  });
});
