import { playClosedLoop } from '../load/generator.js';
import { startOpenLoop } from '../load/open-loop.js';
import { waitedSeconds } from '../machine.js';
import { largest, median, percentile, rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import { worldOf } from '../world.js';
import type { Part } from './part.js';
import type { Play } from './scenario.js';
import { SCENARIOS } from './scenarios.js';

const CONNECTIONS = 64;
const BASELINE = 'hello, Fastify';
const WANTED = 2;
/** Of the requests per second it answers at most. */
const LOAD = 0.5;
const MAXIMUM_SECONDS = 3;
/** Until then the code of the generator is compiled, and its connections are warm. */
const WARM_MS = 500;
/** What the generator itself sends later than that says nothing of a server. */
const LATE_MS_MAX = 1;

interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of what was asked, what the generator sent so late that it is left out, whoever was asked. */
  readonly lateShare: number;
  /** Of the time, in which others had the core of the server while it could have gone on. */
  readonly waitedShare: number | null;
}

export const latency: Part = {
  name: 'latency',
  about: 'How long does an answer take at half of what the server can do?',
  run: async (stage) => {
    const plays = await playable(stage);
    const rates = new Map<string, number>();
    for (const [name, play] of plays) rates.set(name, (await maximum(stage, play)) * LOAD);
    const runs = new Map<string, Latencies[]>([...plays.keys()].map((name) => [name, []]));
    for (let round = 1; round <= stage.options.rounds; round++) {
      for (const [name, play] of plays) {
        runs.get(name)?.push(await atRate(stage, play, rates.get(name) ?? 1));
      }
    }
    tell(stage, rates, runs);
  },
};

async function playable(stage: Stage): Promise<Map<string, Play>> {
  const world = await worldOf(stage);
  const plays = new Map<string, Play>();
  for (const name of ['hello, node:http', BASELINE, 'gateway/auth', 'GET /verify', 'GET /protected/test']) {
    const scenario = SCENARIOS.find((each) => each.name === name);
    const play = await scenario?.prepare(world, stage.options);
    if (scenario === undefined || play === undefined || typeof play === 'string') continue;
    const status = await statusOf(play);
    if (scenario.expected.includes(status)) plays.set(name, play);
    else stage.report.skip(name, `answered ${status}`);
  }
  return plays;
}

async function statusOf(play: Play): Promise<number> {
  const [answer] = await startOpenLoop({ ...orderOf(play), requestsPerSecond: 1, seconds: 1, connections: 1 });
  return answer?.status ?? 0;
}

async function maximum(stage: Stage, play: Play): Promise<number> {
  await stage.settled();
  const { request, target, records } = play;
  const loop = { url: target.url, request, records: records(0), connections: CONNECTIONS };
  // Nothing is compiled yet in the first: half of what it answers would be a quarter of the maximum.
  await playClosedLoop({ ...loop, seconds: MAXIMUM_SECONDS });
  await stage.settled();
  const { requests, seconds } = await playClosedLoop({ ...loop, seconds: MAXIMUM_SECONDS });
  return requests / seconds;
}

async function atRate(stage: Stage, play: Play, requestsPerSecond: number): Promise<Latencies> {
  await stage.settled();
  const { seconds } = stage.options;
  const waitedBefore = waitedSeconds(play.target.pid);
  const answers = await startOpenLoop({ ...orderOf(play), requestsPerSecond, seconds, connections: CONNECTIONS });
  const waited = waitedSeconds(play.target.pid);
  const counted = answers.filter(({ dueMs }) => dueMs > WARM_MS);
  const times = counted.filter(({ sentLateMs }) => sentLateMs < LATE_MS_MAX).map(({ latencyMs }) => latencyMs);
  return {
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: largest(times),
    lateShare: 1 - times.length / counted.length,
    waitedShare: waited === null || waitedBefore === null ? null : (waited - waitedBefore) / seconds,
  };
}

function orderOf({ target, request, records }: Play) {
  return { url: target.url, request, records: records(0), isPrecise: true };
}

function tell(
  { report, options }: Stage,
  rates: ReadonlyMap<string, number>,
  runs: ReadonlyMap<string, readonly Latencies[]>,
): void {
  const p99 = (name: string) => median((runs.get(name) ?? []).map(({ p99Ms }) => p99Ms));
  const rows = [...runs].map(([name, own]) => ({
    scenario: name,
    'req/s': rounded(rates.get(name) ?? NaN),
    'p50 ms': rounded(median(own.map(({ p50Ms }) => p50Ms)), 3),
    'p99 ms': rounded(p99(name), 3),
    'max ms': rounded(median(own.map(({ maxMs }) => maxMs)), 1),
    'p99 of hello': rounded(p99(name) / p99(BASELINE), 2),
    wanted: name.startsWith('hello') ? null : `≤ ${WANTED}`,
    'left out %': rounded(median(own.map(({ lateShare }) => 100 * lateShare)), 1),
    'waited %': rounded(median(own.map(({ waitedShare }) => 100 * (waitedShare ?? NaN))), 1),
  }));
  report.table(`medians of ${options.rounds} interleaved runs of ${options.seconds} s at a constant rate`, rows);
}
