/**
 * Whether the time of a refused sign-in tells which e-mail addresses have an account.
 *
 *     npm run bench:sign-in                        1,000 interleaved pairs
 *     npm run bench:sign-in -- --pairs 5000
 *
 * Prints the area under the curve (Mann-Whitney): 0.5 tells nothing, and by chance alone it lies within 0.46 to 0.54 at
 * 1,000 pairs (three standard deviations). Ends with 1 outside of that. Not part of the tests: it takes a quiet machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiClient } from '../support/api-client.js';
import { seededRandom } from '../support/seeded-random.js';
import { ServerProcess } from '../support/server-process.js';
import { areaUnderCurve } from './mann-whitney.js';

/** As many failures as an address may have before it is locked and answers otherwise. */
const FAILURES_MAX = 100;
/** Pairs that are not counted: the first ones meet cold caches and compilers. */
const WARM_UP = 20;

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '1000' } } });
const pairs = Math.min(Number(values.pairs), 10_000);
const addresses = Math.ceil((pairs + WARM_UP) / (FAILURES_MAX - 1));

const dataDir = mkdtempSync(join(tmpdir(), 'akm-bench-'));
const env = { LOG_LEVEL: 'warn', MAX_LOGIN_ATTEMPTS: String(FAILURES_MAX) };
const server = await ServerProcess.start({ dataDir, env });
try {
  for (let n = 0; n < addresses; n++) await ApiClient.register(server.url, `known_${n}`);
  const random = seededRandom(1);
  const known: number[] = [];
  const unknown: number[] = [];
  for (let pair = -WARM_UP; pair < pairs; pair++) {
    const n = (pair + WARM_UP) % addresses;
    const both = [
      { name: `known_${n}`, times: known },
      { name: `other_${n}`, times: unknown },
    ];
    if (random() < 0.5) both.reverse();
    for (const { name, times } of both) {
      const ms = await refusedSignInMs(`${name}@example.com`);
      if (pair >= 0) times.push(ms);
    }
  }
  const area = areaUnderCurve(known, unknown);
  const tolerance = 3 * Math.sqrt((2 * pairs + 1) / (12 * pairs * pairs));
  console.log(`known   ${summary(known)}\nunknown ${summary(unknown)}`);
  console.log(`area under the curve ${area.toFixed(4)}, by chance within 0.5 ± ${tolerance.toFixed(4)}`);
  process.exitCode = Math.abs(area - 0.5) <= tolerance ? 0 : 1;
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true });
}

async function refusedSignInMs(email: string): Promise<number> {
  const body = JSON.stringify({ email, password: 'not the password' });
  const started = performance.now();
  const answer = await fetch(`${server.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await answer.arrayBuffer();
  const elapsedMs = performance.now() - started;
  if (answer.status !== 401) throw new Error(`${email} was answered ${answer.status}`);
  return elapsedMs;
}

function summary(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(2);
  return `p10 ${at(0.1)} ms, p50 ${at(0.5)} ms, p90 ${at(0.9)} ms`;
}
