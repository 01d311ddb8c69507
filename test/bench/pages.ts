/**
 * How large the pages of the console are, and how long they take, for somebody with many keys.
 *
 *     npm run bench:pages                        10,000 keys
 *     npm run bench:pages -- --keys 100000
 *
 * From the request to its last byte, one after the other. Ends with 1 when a page is larger than 50 KB or takes longer
 * than 20 ms in the middle of its loads. Not part of the tests: it takes a quiet machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiClient } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { ServerProcess } from '../support/server-process.js';
import { median, rounded } from './statistics.js';

const { values } = parseArgs({ options: { keys: { type: 'string', default: '10000' } } });
const KEYS = Number(values.keys);
const MAKERS = 8;
const LOADS = 50;
const BYTES_MAX = 50 * 1024;
const SERVER_MS_MAX = 20;

const dataDir = mkdtempSync(join(tmpdir(), 'akm-bench-'));
const server = await ServerProcess.start({ dataDir, env: { LOG_LEVEL: 'warn' } });
const client = await ApiClient.register(server.url, 'many_keys');
const id = await makeKeys();
const browser = await new Browser(server.url).signIn({
  email: 'many_keys@example.com',
  password: 'Correct-Horse-Battery-9',
});

const PAGES = [
  '/',
  '/login',
  '/dashboard',
  '/dashboard/keys',
  '/dashboard/keys?page=300',
  '/dashboard/keys?q=key+99',
  '/dashboard/keys?status_filter=active&environment=staging&sort=name',
  '/dashboard/keys?unused_for_days=30',
  `/dashboard/keys/${id}`,
  `/dashboard/keys/${id}?period=month`,
  '/dashboard/keys/new',
  `/dashboard/keys/${id}/edit`,
  '/dashboard/profile',
];

let passed = 0;
for (const path of PAGES) {
  const { bytes, times } = await load(path);
  const middle = median(times);
  const holds = bytes <= BYTES_MAX && middle <= SERVER_MS_MAX;
  passed += holds ? 1 : 0;
  const figures = `${rounded(bytes / 1024, 1)} KB, ${rounded(middle, 1)} ms, at best ${rounded(Math.min(...times), 1)} ms`;
  process.stdout.write(`${holds ? '✓' : '✗'} ${path.replace(id, '{id}')}: ${figures}\n`);
}
await server.stop();
rmSync(dataDir, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${PAGES.length - passed} failed, 0 skipped\n`);
process.exitCode = passed === PAGES.length ? 0 : 1;

/** @returns the id of the last one. */
async function makeKeys(): Promise<string> {
  let made = 0;
  let last = '';
  const make = async () => {
    while (made < KEYS) {
      const name = `key ${++made}`;
      const environment = ['production', 'staging', 'development'][made % 3];
      const key = await client.expect(201, 'POST', '/api/v1/keys', { name, environment, tags: [`tag ${made % 50}`] });
      last = String(key['id']);
    }
  };
  await Promise.all(Array.from({ length: MAKERS }, make));
  return last;
}

/** From the request to the last byte, one after the other. */
async function load(path: string): Promise<{ bytes: number; times: number[] }> {
  const times: number[] = [];
  let bytes = 0;
  for (let n = 0; n < LOADS; n++) {
    const began = performance.now();
    const { status, text } = await browser.get(path);
    times.push(performance.now() - began);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    bytes = Buffer.byteLength(text);
  }
  return { bytes, times };
}
