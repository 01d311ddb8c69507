import pg from 'pg';
import { initialPool, shape } from '#domain';
import { KeyOwner } from '../keys.js';
import { playClosedLoop } from '../load/generator.js';
import { startOpenLoop } from '../load/open-loop.js';
import type { Records } from '../load/records.js';
import { VERIFY_SELF } from '../routes.js';
import type { Stage } from '../stage.js';
import { median, percentile, rounded } from '../statistics.js';
import type { Part } from './part.js';

const WATCHED = 10_000;
const USED = 2_000;
const CONNECTIONS = 64;
const LOAD = 0.5;
const MAXIMUM_SECONDS = 3;
const WANTED = 1.2;
const BUCKET_MS = 300_000;
const LEARNED_BUCKETS = 14 * 288;

/** Whether the five minutes of all keys wait to be looked at, or of none. */
const STATES = {
  idle: `now() + interval '1 hour'`,
  looking: `date_bin('5 minutes', now(), 'epoch') - interval '10 minutes'`,
};

interface Run {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly keysPerSecond: number;
}

export const anomalies: Part = {
  name: 'anomalies',
  about: `Does verification notice that the shapes of ${WATCHED} keys are looked at?`,
  run: async (stage) => {
    const databaseUrl = await stage.database('anomalies');
    if (databaseUrl === null) {
      stage.report.skip('anomalies', 'there is no PostgreSQL to make the keys in');
      return;
    }
    const server = await stage.server({ databaseUrl, isAlone: true });
    const owner = await KeyOwner.register(server.url, databaseUrl, 'owner');
    const keys = await owner.issue('used', USED);
    const database = new pg.Client(databaseUrl);
    await database.connect();
    try {
      await database.query(WATCH, [WATCHED, state()]);
      await compare(stage, database, server.url, keys);
    } finally {
      await database.end();
      await server.stop();
    }
  },
};

async function compare({ options, report }: Stage, database: pg.Client, url: string, records: Records): Promise<void> {
  const loop = { url, request: VERIFY_SELF, records, connections: CONNECTIONS };
  // Once for the keys to be in memory, and again for what the server can do then.
  await playClosedLoop({ ...loop, seconds: MAXIMUM_SECONDS });
  const { requests, seconds } = await playClosedLoop({ ...loop, seconds: MAXIMUM_SECONDS });
  const requestsPerSecond = (LOAD * requests) / seconds;
  const runs = { idle: [] as Run[], looking: [] as Run[] };
  for (let round = 0; round < options.rounds; round++) {
    for (const name of ['idle', 'looking'] as const) {
      await database.query(`UPDATE watched_shapes SET seen_until = ${STATES[name]}`);
      const before = await waiting(database);
      const answers = await startOpenLoop({ ...loop, requestsPerSecond, seconds: options.seconds, isPrecise: true });
      const looked = before - (await waiting(database));
      const times = answers.filter(({ dueMs }) => dueMs > 200).map(({ latencyMs }) => latencyMs);
      const keysPerSecond = looked / options.seconds;
      runs[name].push({ p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), keysPerSecond });
    }
  }
  const of = (name: keyof typeof runs, figure: keyof Run) => median(runs[name].map((run) => run[figure]));
  const rows = (['idle', 'looking'] as const).map((name) => ({
    meanwhile: name,
    'req/s': rounded(requestsPerSecond),
    'p50 ms': rounded(of(name, 'p50Ms'), 3),
    'p99 ms': rounded(of(name, 'p99Ms'), 3),
    'of idle': rounded(of(name, 'p99Ms') / of('idle', 'p99Ms'), 2),
    wanted: name === 'idle' ? null : `≤ ${WANTED}`,
    'keys a second looked at': rounded(of(name, 'keysPerSecond')),
  }));
  report.table(`GET /verify, medians of ${options.rounds} interleaved runs of ${options.seconds} s at half load`, rows);
}

/** What is remembered of a key with office hours after two weeks. */
function state(): Buffer {
  const learned = shape.init(0);
  for (let bucket = 0; bucket < LEARNED_BUCKETS; bucket++) {
    const isOffice = bucket % 288 > 108 && bucket % 288 < 216;
    shape.step(learned, { at: bucket * BUCKET_MS, calls: isOffice ? 40 + ((bucket * 7919) % 23) : 1 }, initialPool());
  }
  return Buffer.from(shape.encode(learned));
}

async function waiting(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM watched_shapes WHERE seen_until < date_bin('5 minutes', now(), 'epoch') - interval '5 minutes'`,
  );
  return rows[0]?.count ?? 0;
}

/** $1 how many keys, $2 what is remembered of each. */
const WATCH = `
  INSERT INTO watched_shapes (key_id, seen_until, used_at, state)
  SELECT gen_random_uuid(), now() + interval '1 hour', now(), $2 FROM generate_series(1, $1)`;
