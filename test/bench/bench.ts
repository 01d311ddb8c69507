/**
 * The hot path, compared with a bare Fastify hello on the same machine in the same minute.
 *
 *     npm run bench                                3 rounds of 3 seconds, 64 connections
 *     npm run bench -- --rounds 7 --seconds 5      steadier figures
 *     npm run bench -- --only "GET /verify"        one scenario beside the baselines
 *
 * Starts everything itself on 127.0.0.1, runs the scenarios in turn, round by round, prints medians and ratios, and
 * writes them to bench/results/<date>.json, which git ignores. Ratios travel between machines, requests per second do
 * not. The load generator shares the machine, so the baselines are what it can push at most.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { repositoryRoot, ServerProcess } from '../support/server-process.js';
import { type Scenario, scenariosOf } from './scenario.js';
import { print, type Run, summarise } from './table.js';

const BASELINE = 'hello, Fastify';
const CONNECTIONS = 64;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const rounds = Math.min(Number(values.rounds), 20);
const seconds = Math.min(Number(values.seconds), 30);

const children: ChildProcess[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'akm-bench-'));
const server = await ServerProcess.start({ dataDir, env: { LOG_LEVEL: 'warn' } });
try {
  const uses = await scenariosOf(server.url, CONNECTIONS);
  const scenarios = [
    await hello('hello, node:http', 'http'),
    await hello(BASELINE, 'fastify'),
    ...uses.filter(({ name }) => values.only === undefined || name === values.only),
  ];
  for (const scenario of scenarios) await run(scenario, 1);
  const runs = new Map<string, Run[]>(scenarios.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) runs.get(scenario.name)?.push(await run(scenario, seconds));
  }
  const rows = summarise(runs, BASELINE);
  console.log(`${print(rows)}\n\nNode ${process.version}, ${cpus().length} cores, ${rounds} rounds of ${seconds} s`);
  const folder = join(repositoryRoot(), 'bench/results');
  mkdirSync(folder, { recursive: true });
  const at = new Date().toISOString();
  const file = join(folder, `${at.replaceAll(':', '-')}.json`);
  writeFileSync(
    file,
    JSON.stringify({ at, node: process.version, cores: cpus().length, rounds, seconds, rows }, null, 2),
  );
} finally {
  for (const child of children) child.kill();
  await server.stop();
  rmSync(dataDir, { recursive: true });
}

/** @throws Error when an answer was not the one the scenario measures: a refusal is faster than the work. */
async function run({ name, url, method = 'GET', headers, body, expected }: Scenario, duration: number): Promise<Run> {
  let connection = 0;
  const result = await autocannon({
    url,
    method,
    duration,
    connections: CONNECTIONS,
    setupClient: (client) => {
      if (headers) client.setHeaders(headers(connection));
      if (body) client.setBody(JSON.stringify(body(connection)));
      connection++;
    },
  });
  const strangers = Object.entries(result.statusCodeStats).filter(([status]) => !expected.includes(Number(status)));
  if (result.errors > 0 || strangers.length > 0)
    throw new Error(`${name}: ${result.errors} errors, unexpected answers ${JSON.stringify(strangers)}`);
  return { requestsPerSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}

async function hello(name: string, kind: 'http' | 'fastify'): Promise<Scenario> {
  const program = join(import.meta.dirname, 'hello.js');
  const child = spawn(process.execPath, [program, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { name, url: `http://127.0.0.1:${line.toString().trim()}/`, expected: [200] };
}
