/** The program that measures single steps of a verification, with nothing else in its process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf, parseKey, SystemClock } from '#domain';
import { MemoryBucketStore } from '../../apps/api/src/rate-limit/memory-bucket-store.js';
import { Spool } from '../../apps/api/src/usage/spool.js';
import { UsageRecorder } from '../../apps/api/src/usage/usage-recorder.js';
import { WHOLE_ADDRESSES } from '../support/usage.js';
import { keysOf } from './keys.js';
import { textAt } from './load/records.js';
import { HUGE_PAGES } from './as-started.js';
import { type Lookups, lookups } from './lookups.js';

export interface Step {
  readonly step: string;
  /** Of a core, for one verification. */
  readonly microseconds: number;
}

export interface Measured {
  readonly steps: Step[];
  /** Among few keys, then among many. */
  readonly lookups: Lookups[];
}

/** In a process of its own. */
export async function measureSteps(): Promise<Measured> {
  const child = fork(fileURLToPath(import.meta.url), ['measure'], {
    serialization: 'advanced',
    env: { ...process.env, ...HUGE_PAGES },
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('The steps ended before their time');
  });
  const [measured] = (await Promise.race([once(child, 'message'), ended])) as [Measured];
  child.kill();
  return measured;
}

const TIMES = 200_000;
const FEW = 10_000;
const MANY = 1_000_000;
/** Requests that are answered in one turn of the event loop: what a busy server with 64 connections sees. */
const A_TURN = 16;

async function measure(): Promise<Measured> {
  const texts = keysOf('steps', 1_000);
  const keys = Array.from({ length: 1_000 }, (_, n) => textAt(texts, n));
  const keyAt = (n: number) => keys[n % keys.length] ?? '';
  const buckets = new MemoryBucketStore();
  const policies = [60_000, 3_600_000, 86_400_000].map((periodMs) => ({ name: 'any', capacity: 1_000_000, periodMs }));
  const steps = [
    { step: 'read the key and check its sum', microseconds: each((n) => parseKey(keyAt(n))) },
    { step: 'digest of the key', microseconds: each((n) => digestOf(keyAt(n))) },
    { step: 'three buckets in memory', microseconds: each((n) => buckets.spend(keyAt(n), policies, 1, n)) },
    { step: 'keep a record of the use', microseconds: await recording() },
  ];
  return { steps, lookups: lookups(FEW, MANY) };
}

/** The best of three, after a warm-up: what is slower was disturbed. */
function each(work: (n: number) => unknown): number {
  const runs = [0, 1, 2, 3].map(() => {
    const before = process.cpuUsage();
    for (let n = 0; n < TIMES; n++) work(n);
    return microsecondsSince(before) / TIMES;
  });
  return Math.min(...runs.slice(1));
}

/** With the write to the disk, which all uses of a turn share; without the later way into the database. */
async function recording(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'akm-steps-'));
  const clock = new SystemClock();
  const spool = await Spool.create(folder, { bytesMax: 2 ** 32 }, () => undefined);
  const recorder = new UsageRecorder(spool, 'drop', clock, WHOLE_ADDRESSES);
  const id = '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f';
  const runs: number[] = [];
  for (let run = 0; run < 4; run++) {
    const before = process.cpuUsage();
    for (let n = 0; n < TIMES; n += A_TURN) {
      for (let at = 0; at < A_TURN; at++) {
        recorder.record({
          at: clock.now(),
          keyId: id,
          secretId: id,
          ownerId: id,
          outcome: 'VALID',
          latencyUs: 12,
          asked: null,
          requestId: id,
          ip: '203.0.113.9',
          userAgent: 'bench/1',
          method: 'GET',
          endpoint: '/api/v1/verify',
        });
      }
      await recorder.written();
    }
    runs.push(microsecondsSince(before) / TIMES);
  }
  spool.close();
  rmSync(folder, { recursive: true });
  return Math.min(...runs.slice(1));
}

function microsecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

if (process.argv[2] === 'measure' && process.send) {
  void measure().then((measured) => process.send?.(measured));
}
