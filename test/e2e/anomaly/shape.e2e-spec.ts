import { initialPool, shape } from '#domain';
import { ShapeScoring } from '../../../apps/api/src/anomaly/shape-scoring.js';
import { KeyAlerts } from '../../../apps/api/src/anomaly/key-alerts.js';
import { ShapeWatch } from '../../../apps/api/src/anomaly/shape-watch.js';
import { WatchedShape } from '../../../apps/api/src/anomaly/watched-shape.entity.js';
import { FailingDataSource } from '../../support/failing-data-source.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { anomalies, DAY_MS } from './history.js';

const BUCKET_MS = 300_000;
const HOUR_MS = 3_600_000;
/** A stretch of which every five minutes are still counted by the minute. */
const STRETCH_MS = 40 * HOUR_MS;

const app = TestApp.forTests();
let owner: Person;
beforeEach(async () => {
  owner = await app.person();
  app.clock.advance(BUCKET_MS - (app.clock.now() % BUCKET_MS));
});

/** What a key does in each five minutes. */
type Habit = (bucket: number) => number;

/** Office hours, and next to nothing at night. */
const office: Habit = (bucket) => {
  const isOffice = bucket % 288 > 108 && bucket % 288 < 216;
  return isOffice ? 40 + ((bucket * 7919) % 23) : (bucket * 7919) % 3;
};

/** Lets so much time pass in which the key does that, and has it looked at by `look` as often as it takes. */
async function live(id: string, ms: number, habit: Habit, look: () => Promise<unknown> = watch): Promise<void> {
  for (let left = ms; left > 0; left -= STRETCH_MS) {
    const from = app.clock.now();
    const until = from + Math.min(left, STRETCH_MS);
    const buckets = Array.from({ length: (until - from) / BUCKET_MS }, (_, n) => from / BUCKET_MS + n);
    const used = buckets.filter((bucket) => habit(bucket) > 0);
    await app.dataSource.query(
      `INSERT INTO usage_minutes (key_id, minute, secret_id, outcome, uses, latency_us_sum, latency_us_max)
       SELECT $1, to_timestamp(at), $1, 'VALID', uses, 0, 0 FROM unnest($2::float8[], $3::bigint[]) AS use (at, uses)`,
      [id, used.map((bucket) => (bucket * BUCKET_MS) / 1000), used.map(habit)],
    );
    app.clock.advance(until - from + 60_000);
    await look();
    app.clock.advance(-60_000);
  }
}

async function watch(): Promise<void> {
  await app.nest.get(ShapeWatch).catchUp();
}

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
        const scoring = new ShapeScoring(failing.asDataSource(), app.nest.get(KeyAlerts), app.clock);
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
});
