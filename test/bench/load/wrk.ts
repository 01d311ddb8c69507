import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/server-process.js';
import { cpuSeconds } from '../machine.js';
import type { ClosedLoop, ClosedLoopResult } from './closed-loop.js';
import { countOf, slice } from './records.js';
import { rawTemplate } from './request.js';

const THREADS = 2;

export async function playWithWrk(loop: ClosedLoop): Promise<ClosedLoopResult> {
  const folder = mkdtempSync(join(tmpdir(), 'akm-wrk-'));
  try {
    writeScript(folder, loop);
    const { output, busySeconds } = await wrk(folder, loop);
    return resultOf(loop, output, busySeconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeScript(folder: string, { url, request, records }: ClosedLoop): void {
  const raw = rawTemplate(request, new URL(url).host, records.length);
  writeFileSync(join(folder, 'before'), raw.before);
  writeFileSync(join(folder, 'after'), raw.after);
  const count = countOf(records);
  for (let thread = 0; thread < THREADS; thread++) {
    // A single record is played by all.
    const part = count < THREADS ? records : slice(records, ...partOf(count, thread));
    writeFileSync(join(folder, `records.${thread}`), part.bytes);
  }
}

function partOf(count: number, thread: number): [start: number, end: number] {
  return [Math.floor((thread * count) / THREADS), Math.floor(((thread + 1) * count) / THREADS)];
}

function wrk(folder: string, loop: ClosedLoop): Promise<{ output: string; busySeconds: number | null }> {
  const { url, connections, seconds, records } = loop;
  const script = join(repositoryRoot(), 'test/bench/load/play.lua');
  const options = ['-t', THREADS, '-c', Math.max(THREADS, connections), '-d', `${seconds}s`, '--timeout', '10s'];
  const args = [...options, '-s', script, `${url}/`, '--', folder, records.length];
  const child = spawn('wrk', args.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  let busySeconds: number | null = null;
  const sampling = setInterval(() => (busySeconds = cpuSeconds(child.pid ?? 0) ?? busySeconds), 100);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      clearInterval(sampling);
      resolve({ output, busySeconds });
    });
  });
}

/** What play.lua prints. Latencies in microseconds. */
interface Printed {
  requests: number;
  microseconds: number;
  failed: number;
  p50: number;
  p99: number;
  statuses: [status: number, count: number][];
}

function resultOf(loop: ClosedLoop, output: string, busySeconds: number | null): ClosedLoopResult {
  const [, json] = /^RESULT (.*)$/m.exec(output) ?? [];
  if (json === undefined) throw new Error(`wrk ended early:\n${output}`);
  const printed = JSON.parse(json) as Printed;
  if (printed.failed > 0) throw new Error(`${printed.failed} connections or requests failed`);
  // Each thread has half of them, and one may be a little ahead.
  if (loop.once && printed.requests > 0.9 * countOf(loop.records)) throw new Error('Too few keys for one each');
  const statuses: Record<number, number> = {};
  for (const [status, count] of printed.statuses) statuses[status] = (statuses[status] ?? 0) + count;
  const seconds = printed.microseconds / 1e6;
  return {
    requests: printed.requests,
    seconds,
    p50Ms: printed.p50 / 1000,
    p99Ms: printed.p99 / 1000,
    statuses,
    generatorLoad: busySeconds === null ? null : busySeconds / (seconds * THREADS),
  };
}
