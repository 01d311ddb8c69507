/** `npm run bench -- --help` says what it does and how it is asked. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/server-process.js';
import { GENERATOR } from './load/generator.js';
import { describeMachine } from './machine.js';
import { asksFor, HELP, parseOptions } from './options.js';
import { anomalies } from './parts/anomalies.js';
import { ingest } from './parts/ingest.js';
import { latency } from './parts/latency.js';
import { limits } from './parts/limits.js';
import { logs } from './parts/logs.js';
import { manyKeys } from './parts/many-keys.js';
import { outage } from './parts/outage.js';
import type { Part } from './parts/part.js';
import { recording } from './parts/recording.js';
import { redisOutage } from './parts/redis-outage.js';
import { revocation } from './parts/revocation.js';
import { steps } from './parts/steps.js';
import { throughput } from './parts/throughput.js';
import { Report } from './report.js';
import { Stage } from './stage.js';

const PARTS: readonly Part[] = [
  throughput,
  latency,
  manyKeys,
  steps,
  recording,
  ingest,
  revocation,
  outage,
  limits,
  redisOutage,
  logs,
  anomalies,
];

const options = parseOptions(process.argv.slice(2));
if (options.help) console.log(HELP);
else if (options.list) list();
else await measure();

function list(): void {
  for (const { name, about, scenarios = [] } of PARTS) {
    console.log(`${name}: ${about}`);
    for (const scenario of scenarios) console.log(`    ${scenario}`);
  }
}

async function measure(): Promise<void> {
  const machine = describeMachine();
  const report = new Report();
  const stage = new Stage(options, report);
  // So that what was started is ended: without a handler the process would be gone at once.
  process.once('SIGINT', () => process.exit(130));
  const { server, others } = stage.cores;
  console.log(
    `akm ${machine.commit}, Node ${machine.node}, ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(2)}\n` +
      `load by ${GENERATOR}; ` +
      (server === null
        ? 'nothing is pinned'
        : `the server alone on core ${server}, everything else on ${others ?? ''}`),
  );
  try {
    for (const part of PARTS) {
      if (!asksFor(options, part.name, ...(part.scenarios ?? []))) continue;
      report.begin(part.name, part.about);
      try {
        await part.run(stage);
      } catch (error) {
        report.check('runs to its end', false, error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    await stage.close();
  }
  report.summarise();
  const at = new Date().toISOString();
  const folder = join(repositoryRoot(), 'bench/results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${at.replaceAll(':', '-')}.json`);
  const { parts, checks, skipped } = report;
  writeFileSync(file, JSON.stringify({ at, machine, cores: stage.cores, options, parts, checks, skipped }, null, 2));
  console.log(`written to bench/results/${at.replaceAll(':', '-')}.json`);
  process.exitCode = report.isSound ? 0 : 1;
}
