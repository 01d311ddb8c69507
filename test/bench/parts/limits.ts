import type { ServerProcess } from '../../support/server-process.js';
import { admissionOf, type Allowance } from '../admission.js';
import { KeyOwner, UNLIMITED } from '../keys.js';
import { playClosedLoop } from '../load/generator.js';
import type { Records } from '../load/records.js';
import { VERIFY_SELF } from '../routes.js';
import { LOCAL_SHARE, timesLocal } from '../redis-mode.js';
import { Spender, type Spent } from '../spender.js';
import { rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import type { Row } from '../table.js';
import type { Part } from './part.js';

const PROCESSES = 4;
const CONNECTIONS = 16;
const WANTED_PERCENT = 1;
/** The highest limit a key may have is 10,000 a minute. */
const PER_MINUTE = [600, 6_000, 10_000];
/** Beyond those, and with no more than a second's worth at once, the stores themselves are asked. */
const PER_SECOND = [10, 100, 10_000];

export const limits: Part = {
  name: 'limits',
  about: 'Is more admitted than a limit allows, or less, by one process and by four that share Redis?',
  run: async (stage) => {
    const redis = await stage.redis();
    const rows: Row[] = [
      ...(await ofKeys(stage, 1, null)),
      ...(await ofStores(stage, 1, null)),
      ...(redis ? await ofKeys(stage, PROCESSES, redis.url) : []),
      ...(redis ? await ofStores(stage, PROCESSES, redis.url) : []),
    ];
    stage.report.table(`${stage.options.seconds} s each, asked for more than there is all the time`, rows);
    const over = rows.filter((row) => Number(row['over %']) > 0).length;
    stage.report.check('never more than capacity and refill', over === 0, `${over} of ${rows.length} exceeded`);
  },
};

/** Through GET /verify: a whole minute's worth at once, then as it flows in. */
async function ofKeys(stage: Stage, processes: number, redisUrl: string | null): Promise<Row[]> {
  const databaseUrl = await stage.database(`limits_${processes}`);
  if (processes > 1 && databaseUrl === null) {
    stage.report.skip(`keys on ${processes} processes`, 'there is no PostgreSQL');
    return [];
  }
  const servers: ServerProcess[] = [];
  for (let n = 0; n < processes; n++) servers.push(await stage.server({ databaseUrl, redisUrl, isAlone: false }));
  const [first] = servers;
  if (first === undefined) return [];
  const owner = await KeyOwner.register(first.url, databaseUrl, 'owner');
  const rows: Row[] = [];
  for (const perMinute of PER_MINUTE) {
    const records = await owner.issue(`limited to ${perMinute}`, 1, { ...UNLIMITED, perMinute });
    rows.push(await ofKey(stage, servers, records, perMinute));
  }
  for (const server of servers) await server.stop();
  return rows;
}

async function ofKey(
  { report, options }: Stage,
  servers: ServerProcess[],
  key: Records,
  perMinute: number,
): Promise<Row> {
  const { seconds } = options;
  const loop = { request: VERIFY_SELF, records: key, connections: CONNECTIONS, seconds };
  const before = servers.reduce((sum, server) => sum + timesLocal(server), 0);
  const started = performance.now();
  const results = await Promise.all(servers.map(({ url }) => playClosedLoop({ url, ...loop })));
  const elapsedMs = performance.now() - started;
  const statuses = new Map<string, number>();
  for (const [status, count] of results.flatMap((result) => Object.entries(result.statuses))) {
    statuses.set(status, (statuses.get(status) ?? 0) + count);
  }
  const others = [...statuses.keys()].filter((status) => status !== '200' && status !== '429').join();
  const what = `key, ${perMinute}/min`;
  const check = `${what}, ${servers.length} processes: answered by 200 and 429 only`;
  report.check(check, others === '', others === '' ? 'yes' : `others: ${others}`);
  const timesAlone = servers.reduce((sum, server) => sum + timesLocal(server), 0) - before;
  if (timesAlone > 0) report.note(`${what}: Redis was not heard of ${timesAlone} times, and limits were local then`);
  return rowOf({
    limit: what,
    processes: servers.length,
    allowance: { capacity: perMinute, periodMs: 60_000 },
    localShares: timesAlone > 0 ? servers.length * LOCAL_SHARE : 0,
    admitted: statuses.get('200') ?? 0,
    refused: statuses.get('429') ?? 0,
    elapsedMs,
    certainMs: Math.min(...results.map((result) => result.seconds)) * 1000,
  });
}

/** The store classes in processes of their own. */
async function ofStores(stage: Stage, processes: number, redisUrl: string | null): Promise<Row[]> {
  const spenders = Array.from({ length: processes }, () => new Spender());
  try {
    await Promise.all(spenders.map((spender) => spender.ready()));
    const rows: Row[] = [];
    for (const perSecond of PER_SECOND) {
      const allowance = { capacity: perSecond, periodMs: 1000 };
      const { seconds } = stage.options;
      const bucket = `bench ${process.pid} ${processes} ${perSecond}`;
      const started = performance.now();
      const spent = await Promise.all(spenders.map((each) => each.spend({ redisUrl, bucket, allowance, seconds })));
      const elapsedMs = performance.now() - started;
      const sum = (of: keyof Spent) => spent.reduce((total, each) => total + each[of], 0);
      rows.push(
        rowOf({
          limit: `store, ${perSecond}/s`,
          processes,
          allowance,
          admitted: sum('admitted'),
          refused: sum('refused'),
          failed: sum('failed'),
          elapsedMs,
          certainMs: seconds * 1000,
        }),
      );
    }
    return rows;
  } finally {
    for (const spender of spenders) spender.end();
  }
}

interface Measured {
  readonly limit: string;
  readonly processes: number;
  readonly allowance: Allowance;
  readonly admitted: number;
  readonly refused: number;
  readonly failed?: number;
  /** Granted beside the limit, in parts of it, by processes that did not hear of Redis. */
  readonly localShares?: number;
  /** From before the first request to after the last answer: what 'over' is judged by. */
  readonly elapsedMs: number;
  /** For which requests certainly came: what 'under' is judged by. */
  readonly certainMs: number;
}

function rowOf(measured: Measured): Row {
  const {
    limit,
    processes,
    allowance,
    admitted,
    refused,
    failed = 0,
    localShares = 0,
    elapsedMs,
    certainMs,
  } = measured;
  const granted = { ...allowance, capacity: allowance.capacity * (1 + localShares) };
  const most = admissionOf(granted, admitted, elapsedMs);
  const least = admissionOf(allowance, admitted, certainMs);
  return {
    limit,
    processes,
    admitted,
    ideal: most.ideal,
    refused,
    failed,
    'over %': rounded(most.overPercent, 3),
    // Of a limit that was never reached nothing was kept back.
    'under %': refused === 0 ? null : rounded(least.underPercent, 3),
    wanted: `over 0, under < ${WANTED_PERCENT}`,
  };
}
