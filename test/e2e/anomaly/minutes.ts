import { ShapeWatch } from '../../../apps/api/src/anomaly/shape-watch.js';
import type { TestApp } from '../../support/test-app.js';

export const BUCKET_MS = 300_000;
export const HOUR_MS = 3_600_000;
/** A stretch of which every five minutes are still counted by the minute. */
const STRETCH_MS = 40 * HOUR_MS;

/** What a key does in each five minutes. */
export type Habit = (bucket: number) => number;

/** Office hours, and next to nothing at night. */
export const office: Habit = (bucket) => {
  const isOffice = bucket % 288 > 108 && bucket % 288 < 216;
  return isOffice ? 40 + ((bucket * 7919) % 23) : (bucket * 7919) % 3;
};

/** Lets so much time pass in which keys do that, and has it looked at by `look` as often as it takes. */
export async function letPass(
  app: TestApp,
  ids: readonly string[],
  ms: number,
  habit: Habit,
  look: () => Promise<unknown> = () => watchShapes(app),
): Promise<void> {
  for (let left = ms; left > 0; left -= STRETCH_MS) {
    const from = app.clock.now();
    const until = from + Math.min(left, STRETCH_MS);
    const buckets = Array.from({ length: (until - from) / BUCKET_MS }, (_, n) => from / BUCKET_MS + n);
    const used = buckets.filter((bucket) => habit(bucket) > 0);
    await app.dataSource.query(
      `INSERT INTO usage_minutes (key_id, minute, secret_id, outcome, uses, latency_us_sum, latency_us_max)
       SELECT id, to_timestamp(at), id, 'VALID', uses, 0, 0
       FROM unnest($1::uuid[]) AS id, unnest($2::float8[], $3::bigint[]) AS use (at, uses)`,
      [ids, used.map((bucket) => (bucket * BUCKET_MS) / 1000), used.map(habit)],
    );
    app.clock.advance(until - from + 60_000);
    await look();
    app.clock.advance(-60_000);
  }
}

export async function watchShapes(app: TestApp): Promise<void> {
  await app.nest.get(ShapeWatch).catchUp();
}
