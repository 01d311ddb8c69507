import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisProcess } from '../../support/redis-process.js';
import { KeyOwner, UNLIMITED } from '../keys.js';
import { startOpenLoop } from '../load/open-loop.js';
import type { Answered } from '../load/open-loop-run.js';
import { LOCAL_SHARE, timesLocal } from '../redis-mode.js';
import { VERIFY_SELF } from '../routes.js';
import { largest, percentile, rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import type { Part } from './part.js';

const PROCESSES = 4;
const PER_MINUTE = 600;
const REQUESTS_PER_SECOND = 250;
/** An instance looks for the Redis that is gone at least this often. */
const RECONNECT_MS_MAX = 2_000;
/** Left to the first of them to find it. */
const RETURN_MS_MAX = 10_000;

export const redisOutage: Part = {
  name: 'redis-outage',
  about: 'What becomes of limits, and of requests, while Redis is away?',
  run: async (stage) => {
    const redis = await stage.redis();
    const databaseUrl = redis?.process && (await stage.database('redis_outage'));
    if (!redis?.process || !databaseUrl) {
      stage.report.skip('Redis killed', 'needs a PostgreSQL, and a Redis of its own');
      return;
    }
    const servers = [];
    for (let n = 0; n < PROCESSES; n++) {
      servers.push(await stage.server({ databaseUrl, redisUrl: redis.url, isAlone: false }));
    }
    const owner = await KeyOwner.register(servers[0]?.url ?? '', databaseUrl, 'owner');
    const records = await owner.issue('limited', 1, { ...UNLIMITED, perMinute: PER_MINUTE });
    const thirdMs = Math.max(3, stage.options.seconds) * 1000;
    const order = {
      request: VERIFY_SELF,
      records,
      connections: 8,
      isPrecise: false,
      requestsPerSecond: REQUESTS_PER_SECOND,
    };
    const seconds = (4 * thirdMs + RETURN_MS_MAX) / 1000;
    const started = performance.now();
    const runs = Promise.all(servers.map(({ url }) => startOpenLoop({ ...order, url, seconds })));
    await pause(thirdMs);
    const killedMs = performance.now() - started;
    await redis.process.kill();
    await pause(thirdMs);
    const revivedMs = performance.now() - started;
    await redis.process.revive();
    const sharedMs = (await untilShared(redis.process)) - started;
    const answers = (await runs).flat();
    const timesAlone = servers.reduce((sum, server) => sum + timesLocal(server), 0);
    tell(stage, answers, { killedMs, revivedMs, sharedMs, timesAlone });
    for (const server of servers) await server.stop();
  },
};

/** It comes back empty: a bucket in it is a decision that was made there. */
async function untilShared(redis: RedisProcess): Promise<number> {
  const client = new Redis(redis.url);
  try {
    const deadline = performance.now() + RETURN_MS_MAX;
    while ((await client.dbsize()) === 0 && performance.now() < deadline) await pause(10);
    return (await client.dbsize()) === 0 ? Infinity : performance.now();
  } finally {
    client.disconnect();
  }
}

/** Milliseconds since the first request. */
interface Outage {
  readonly killedMs: number;
  readonly revivedMs: number;
  /** Infinity: never. */
  readonly sharedMs: number;
  /** How often one of the processes has begun to limit locally. */
  readonly timesAlone: number;
}

function tell(
  { report }: Stage,
  answers: readonly Answered[],
  { killedMs, revivedMs, sharedMs, timesAlone }: Outage,
): void {
  const answeredAt = ({ dueMs, latencyMs }: Answered) => dueMs + latencyMs;
  const admittedOf = (some: readonly Answered[]) => some.filter(({ status }) => status === 200).length;
  const endMs = largest(answers.map(answeredAt));
  const isBack = Number.isFinite(sharedMs);
  const backMs = isBack ? sharedMs : endMs;
  const phases = [
    { phase: 'shared', from: 0, to: killedMs },
    { phase: 'away', from: killedMs, to: backMs },
    { phase: 'shared again', from: backMs, to: Infinity },
  ];
  const rows = phases.map(({ phase, from, to }) => {
    const within = answers.filter((answer) => answeredAt(answer) >= from && answeredAt(answer) < to);
    const p99Ms = percentile(
      within.map(({ latencyMs }) => latencyMs),
      0.99,
    );
    const seconds = (Math.min(to, endMs) - from) / 1000;
    return {
      phase,
      seconds: rounded(seconds, 1),
      admitted: admittedOf(within),
      answers: within.length,
      'p99 ms': rounded(p99Ms, 1),
    };
  });
  report.table(`one key with ${PER_MINUTE}/min, asked ${PROCESSES * REQUESTS_PER_SECOND} times a second`, rows);
  const failed = answers.filter(({ status }) => status !== 200 && status !== 429);
  const statuses = [...new Set(failed.map(({ status }) => status))].join();
  report.check('no request fails', failed.length === 0, `${failed.length} of ${answers.length} ${statuses}`);

  // Two full buckets of all together, and one of each process alone.
  const bucket = (ms: number) => PER_MINUTE * (1 + ms / 60_000);
  const isDisturbed = timesAlone > PROCESSES;
  if (isDisturbed) report.note(`this machine kept them from Redis at other times too: local ${timesAlone} times`);
  const alone = PROCESSES * LOCAL_SHARE * bucket(isDisturbed ? endMs : revivedMs + RECONNECT_MS_MAX - killedMs);
  const most = Math.floor(bucket(killedMs) + alone + bucket(endMs - revivedMs));
  const admitted = admittedOf(answers);
  report.check('no more than the shared limit and the stated local shares', admitted <= most, `${admitted} of ${most}`);
  report.check(
    'limits are shared again',
    isBack,
    isBack ? `${rounded(sharedMs - revivedMs)} ms after its return` : 'never',
  );
}
