import { GENERATOR, playClosedLoop } from '../load/generator.js';
import { textAt } from '../load/records.js';
import { RECORD } from '../load/request.js';
import { cpuSeconds } from '../machine.js';
import { asksFor } from '../options.js';
import { median, rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import { worldOf } from '../world.js';
import type { Part } from './part.js';
import type { Play, Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';

interface Run {
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Seconds of its core that the server used. */
  readonly busySeconds: number | null;
  /** The same as a share of the time: well below 1 means that others used its core meanwhile. */
  readonly serverLoad: number | null;
  readonly generatorLoad: number | null;
}

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 2;
const BASELINE = 'hello, Fastify';

export const throughput: Part = {
  name: 'throughput',
  about: 'How many requests a second does one process answer, by each way a key is verified?',
  scenarios: SCENARIOS.map(({ name }) => name),
  run: async (stage) => {
    const plays = await playable(stage);
    const runs = new Map<Scenario, Run[]>();
    const { rounds, seconds } = stage.options;
    for (let round = 0; round <= rounds; round++) {
      for (const [scenario, play] of plays) {
        const run = await measured(stage, scenario, play, round, round === 0 ? WARM_UP_SECONDS : seconds);
        if (run === null) plays.delete(scenario);
        else if (round > 0) runs.set(scenario, [...(runs.get(scenario) ?? []), run]);
      }
    }
    tell(stage, runs);
  },
};

/** What is asked for and can be played here, the hellos first. */
async function playable(stage: Stage): Promise<Map<Scenario, Play>> {
  const world = await worldOf(stage);
  const plays = new Map<Scenario, Play>();
  const wanted = SCENARIOS.filter(({ name }) => asksFor(stage.options, 'throughput', name));
  const compared = new Set(wanted.map(({ comparedWith }) => comparedWith));
  for (const scenario of SCENARIOS) {
    const isBaseline = scenario.name.startsWith('hello') || compared.has(scenario.name);
    if (!isBaseline && !wanted.includes(scenario)) continue;
    const play = await scenario.prepare(world, stage.options);
    const fault = typeof play === 'string' ? play : await faultOf(scenario, play);
    if (fault !== null) stage.report.skip(scenario.name, fault);
    else if (typeof play !== 'string') plays.set(scenario, play);
  }
  return plays;
}

/** Asks once. A route that is not there would be measured as a fast one. */
async function faultOf({ expected }: Scenario, { target, request, records }: Play): Promise<string | null> {
  const first = records(0);
  const fill = (text: string) => text.replace(RECORD, () => textAt(first, 0));
  const headers = Object.entries(request.headers ?? {}).map(([name, value]): [string, string] => [name, fill(value)]);
  const answer = await fetch(target.url + request.path, {
    method: request.method,
    headers: [...headers, ...(request.body ? [['content-type', 'application/json'] as [string, string]] : [])],
    ...(request.body && { body: fill(request.body) }),
  });
  await answer.arrayBuffer();
  return expected.includes(answer.status) ? null : `${request.path} answered ${answer.status}`;
}

/** Null, and said so, when other answers came than the ones that are measured: a refusal is faster than the work. */
async function measured(
  stage: Stage,
  { name, expected }: Scenario,
  { target, request, records, once, beside }: Play,
  round: number,
  seconds: number,
): Promise<Run | null> {
  await stage.settled();
  const end = beside?.();
  const busyBefore = cpuSeconds(target.pid);
  try {
    const result = await playClosedLoop({
      url: target.url,
      request,
      records: records(round),
      once: once ?? false,
      connections: CONNECTIONS,
      seconds,
    });
    const busyAfter = cpuSeconds(target.pid);
    const strangers = Object.keys(result.statuses).filter((status) => !expected.includes(Number(status)));
    if (strangers.length > 0) throw new Error(`answered ${JSON.stringify(result.statuses)}`);
    const beside = await end?.();
    if (beside !== undefined && round > 0) stage.report.note(`beside ${name}: ${beside}`);
    const busySeconds = busyBefore === null || busyAfter === null ? null : busyAfter - busyBefore;
    return {
      seconds: result.seconds,
      requestsPerSecond: result.requests / result.seconds,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      busySeconds,
      serverLoad: busySeconds === null ? null : busySeconds / result.seconds,
      generatorLoad: result.generatorLoad,
    };
  } catch (error) {
    await end?.();
    stage.report.skip(name, error instanceof Error ? error.message : String(error));
    return null;
  }
}

function tell({ report, options, cores }: Stage, runs: ReadonlyMap<Scenario, readonly Run[]>): void {
  const of = (name: string | undefined) => [...runs].find(([scenario]) => scenario.name === name)?.[1] ?? [];
  const rate = (some: readonly Run[]) => median(some.map((run) => run.requestsPerSecond));
  const baseline = rate(of(BASELINE));
  const costs = new Map([...runs].map(([scenario, own]) => [scenario.name, microsecondsEach(own)]));
  const rows = [...runs].map(([scenario, own]) => ({
    scenario: scenario.name,
    'req/s': rounded(rate(own)),
    'of hello': rounded(rate(own) / baseline, 2),
    wanted: scenario.target ?? null,
    'CPU µs': rounded(costs.get(scenario.name) ?? NaN),
    'CPU of hello': rounded((costs.get(BASELINE) ?? NaN) / (costs.get(scenario.name) ?? NaN), 2),
    'p50 ms': rounded(median(own.map((run) => run.p50Ms)), 2),
    'p99 ms': rounded(median(own.map((run) => run.p99Ms)), 2),
    'server %': share(own.map((run) => run.serverLoad)),
    'generator %': share(own.map((run) => run.generatorLoad)),
  }));
  report.table(
    `medians of ${options.rounds} interleaved runs of ${options.seconds} s, ${CONNECTIONS} connections, by ${GENERATOR}`,
    rows,
  );
  for (const [{ name, comparedWith, wantedOfOther, perRequest = 1 }, own] of runs) {
    if (perRequest > 1) report.note(`${name}: ${rounded(rate(own) * perRequest)} verifications a second`);
    if (comparedWith === undefined || of(comparedWith).length === 0) continue;
    const wanted = wantedOfOther === undefined ? '' : `, wanted ${wantedOfOther}`;
    report.note(`${name} is ${rounded(rate(own) / rate(of(comparedWith)), 2)} of ${comparedWith}${wanted}`);
  }
  if (cores.server === null) report.note('Nothing is pinned: server and generator share the cores.');
}

/** Of the server's core for a request: what others do on the machine disturbs it least. */
function microsecondsEach(runs: readonly Run[]): number {
  const each = runs.map((run) => (run.busySeconds ?? NaN) / (run.requestsPerSecond * run.seconds));
  return median(each) * 1e6;
}

function share(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : rounded(median(known) * 100);
}
