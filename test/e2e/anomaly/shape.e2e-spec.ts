import { initialPool, shape } from '#domain';
import { ShapeChanges } from '../../../apps/api/src/anomaly/shape-changes.js';
import { ShapeScoring } from '../../../apps/api/src/anomaly/shape-scoring.js';
import { UseCounting } from '../../../apps/api/src/usage/use-counting.js';
import { WatchedShape } from '../../../apps/api/src/anomaly/watched-shape.entity.js';
import { FailingDataSource } from '../../support/failing-data-source.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { anomalies, DAY_MS } from './history.js';
import { BUCKET_MS, type Habit, letPass, office, watchShapes } from './minutes.js';

const app = TestApp.forTests();
let owner: Person;
beforeEach(async () => {
  owner = await app.person();
  app.clock.advance(BUCKET_MS - (app.clock.now() % BUCKET_MS));
});

const live = (id: string, ms: number, habit: Habit, look?: () => Promise<unknown>) =>
  letPass(app, [id], ms, habit, look);

async function found(id: string) {
  return anomalies(app, (await app.signedIn(owner)).token, `?api_key_id=${id}`);
}

describe('a key with office hours', () => {
  it('raises one alert when it does ten times as much, and none before', async () => {
    const { id } = await app.key(owner, { never_expires: true });
    await live(id, 20 * DAY_MS, office);
    expect(await found(id)).toEqual([]);
    await live(id, DAY_MS, (bucket) => 10 * office(bucket));
    const [anomaly, ...others] = await found(id);
    expect([anomaly?.severity, others]).toEqual(['medium', []]);
    expect(anomaly?.anomaly_type).toMatch(/^(request_spike|unusual_time_pattern)$/);
    expect(anomaly?.description).toMatch(
      / requests in 5 minutes, typically .* the last 2 hours are like none before\. /,
    );
  });

  it('raises none once it was disabled, and is silent for that reason', async () => {
    const { id } = await app.key(owner, { never_expires: true });
    await live(id, 20 * DAY_MS, office);
    owner = await app.signedIn(owner);
    await app.call('POST', `/api/v1/keys/${id}/disable`, { as: owner.token });
    await live(id, 3 * DAY_MS, () => 0);
    expect(await found(id)).toEqual([]);
  });
});

describe('the five minutes of a key', () => {
  it('are each looked at once and in order, wherever the connection breaks while they are', async () => {
    let broken = 0;
    const crash = async () => {
      for (let statement = 2; statement <= 6; statement++) {
        const failing = new FailingDataSource(app.dataSource);
        const scoring = new ShapeScoring(failing.asDataSource(), app.nest.get(ShapeChanges), app.clock);
        failing.breakAt({ statement, when: statement % 2 === 0 ? 'before' : 'after' });
        await scoring.score().catch(() => broken++);
      }
    };
    const { id } = await app.key(owner, { never_expires: true });
    const start = app.clock.now();
    await live(id, 5 * DAY_MS, office, crash);
    const row = await app.dataSource.manager.findOneByOrFail(WatchedShape, { keyId: id });

    const first = Array.from({ length: 9 }, (_, n) => start + n * BUCKET_MS).find((at) => office(at / BUCKET_MS) > 0);
    const state = shape.init(first ?? 0);
    for (let at = first ?? 0; at < app.clock.now(); at += BUCKET_MS)
      shape.step(state, { at, calls: office(at / BUCKET_MS) }, initialPool());
    expect(row.seenUntil.getTime()).toBe(app.clock.now());
    expect(row.state).toEqual(Buffer.from(shape.encode(state)));
    expect(broken).toBeGreaterThan(5);
  });

  it('are not taken for silent while their uses wait to be counted', async () => {
    const { id, secret } = await app.key(owner, { never_expires: true });
    await live(id, BUCKET_MS, () => 1);
    const row = () => app.dataSource.manager.findOneByOrFail(WatchedShape, { keyId: id });
    const start = app.clock.now();
    app.clock.advance(BUCKET_MS);
    const counting = jest.spyOn(UseCounting.prototype, 'count').mockResolvedValue();
    await app.call('GET', '/api/v1/protected/test', { key: secret });
    await app.ingest();
    app.clock.advance(2 * BUCKET_MS);
    await watchShapes(app);
    expect((await row()).seenUntil.getTime()).toBe(start + BUCKET_MS);

    counting.mockRestore();
    await app.ingest();
    await watchShapes(app);
    const seen = await row();
    expect([seen.seenUntil.getTime(), seen.usedAt.getTime()]).toEqual([start + 2 * BUCKET_MS, start + BUCKET_MS]);
  });
});
