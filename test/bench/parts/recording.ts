import { fileURLToPath } from 'node:url';
import { KeyOwner } from '../keys.js';
import { playClosedLoop } from '../load/generator.js';
import { cpuSeconds, ranSeconds } from '../machine.js';
import { GATEWAY, VERIFY_SELF } from '../routes.js';
import { median, rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import type { Part } from './part.js';

const CONNECTIONS = 64;
const KEYS = 2_000;
const WARM_UP_SECONDS = 2;
const WANTED = 0.9;
const ROUTES = { 'gateway/auth': GATEWAY, 'GET /verify': VERIFY_SELF };
const WITHOUT_RECORDS = fileURLToPath(new URL('../load/without-records.js', import.meta.url));

interface Run {
  readonly requestsPerSecond: number;
  /** Of a core, all threads of the process together; null where it cannot be told. */
  readonly microseconds: number | null;
  /** Of the event loop alone. Where it has a core that is all its own, throughput is as many of these as there are in a second. */
  readonly loopMicroseconds: number | null;
}

export const recording: Part = {
  name: 'recording',
  about: 'What of its throughput does a warm verification pay for the record of each use, and for storing it?',
  run: async (stage) => {
    const recording = await server(stage, 'recording', {});
    const silent = await server(stage, 'silent', { NODE_OPTIONS: `--import=${WITHOUT_RECORDS}` });
    const rows = [];
    for (const [route, request] of Object.entries(ROUTES)) {
      const runs = { recording: [] as Run[], silent: [] as Run[] };
      for (let round = 0; round <= stage.options.rounds; round++) {
        for (const [name, { url, pid, keys }] of [
          ['recording', recording],
          ['silent', silent],
        ] as const) {
          await stage.settled();
          const [before, ranBefore] = [cpuSeconds(pid), ranSeconds(pid)];
          const seconds = round === 0 ? WARM_UP_SECONDS : stage.options.seconds;
          const loop = { url, request, records: keys, connections: CONNECTIONS, seconds };
          const played = await playClosedLoop(loop);
          const ranAfter = ranSeconds(pid);
          await stage.settled();
          const after = cpuSeconds(pid);
          if (round === 0) continue;
          runs[name].push({
            requestsPerSecond: played.requests / played.seconds,
            microseconds: eachOf(played.requests, before, after),
            loopMicroseconds: eachOf(played.requests, ranBefore, ranAfter),
          });
        }
      }
      rows.push(rowOf(route, runs));
    }
    stage.report.table(
      `medians of ${stage.options.rounds} interleaved runs of ${stage.options.seconds} s, CPU until all is stored`,
      rows,
    );
  },
};

function eachOf(requests: number, before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : ((after - before) / requests) * 1e6;
}

async function server(stage: Stage, name: string, env: Readonly<Record<string, string>>) {
  const databaseUrl = await stage.database(name);
  const { url, pid } = await stage.server({ databaseUrl, isAlone: true, env });
  const owner = await KeyOwner.register(url, databaseUrl, 'owner');
  return { url, pid, keys: await owner.issue('used', databaseUrl ? KEYS : KEYS / 10) };
}

function rowOf(route: string, { recording, silent }: { readonly recording: Run[]; readonly silent: Run[] }) {
  const rate = (runs: readonly Run[]) => median(runs.map(({ requestsPerSecond }) => requestsPerSecond));
  const cpu = (runs: readonly Run[]) => median(runs.map(({ microseconds }) => microseconds ?? NaN));
  const loop = (runs: readonly Run[]) => median(runs.map(({ loopMicroseconds }) => loopMicroseconds ?? NaN));
  return {
    route,
    'req/s': rounded(rate(recording)),
    'without records': rounded(rate(silent)),
    'of that': rounded(rate(recording) / rate(silent), 2),
    wanted: `≥ ${WANTED}`,
    'loop µs': rounded(loop(recording), 1),
    'loop µs without': rounded(loop(silent), 1),
    'of the loop': rounded(loop(silent) / loop(recording), 2),
    'CPU µs': rounded(cpu(recording), 1),
    'CPU µs without': rounded(cpu(silent), 1),
  };
}
