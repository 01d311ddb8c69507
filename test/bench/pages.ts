/**
 * How large the pages of the console are, and how long they take, for an administrator with many keys and a long log.
 *
 *     npm run bench:pages                        10,000 keys, each made and used once: 20,000 entries of the log
 *     npm run bench:pages -- --keys 100000
 *
 * From the request to its last byte, one after the other. Ends with 1 when a page is larger than 50 KB or takes longer
 * than 20 ms in the middle of its loads. Not part of the tests: it takes a quiet machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ApiClient } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { printedAdmin } from '../support/first-admin.js';
import { ServerProcess } from '../support/server-process.js';
import { median, rounded } from './statistics.js';

const { values } = parseArgs({ options: { keys: { type: 'string', default: '10000' } } });
const KEYS = Number(values.keys);
const MAKERS = 8;
const BATCH = 100;
const REVOKED = 50;
const ENDPOINTS = 20;
const PEOPLE = 100;
const revoked: { id: string; item: unknown }[] = [];
const LOADS = 50;
const BYTES_MAX = 50 * 1024;
const SERVER_MS_MAX = 20;

const dataDir = mkdtempSync(join(tmpdir(), 'akm-bench-'));
const server = await ServerProcess.start({ dataDir, env: { LOG_LEVEL: 'warn' } });
const { email, password: oneTime } = await printedAdmin(server);
const password = 'Correct-Horse-Battery-9';
const client = await adminClient();
const id = await makeKeys();
const { endpointId, personId } = await makeOthers();
const { entryId, alertId } = await beNoticed();
const browser = await new Browser(server.url).signIn({ email, password });
const IDS: Readonly<Record<string, string>> = { id, endpointId, personId, entryId, alertId };

const PAGES = [
  '/',
  '/login',
  '/dashboard',
  '/dashboard/keys',
  `/dashboard/keys?page=${Math.max(1, Math.floor((KEYS * 3) / 100))}`,
  '/dashboard/keys?q=key+99',
  '/dashboard/keys?status_filter=active&environment=staging&sort=name',
  '/dashboard/keys?unused_for_days=30',
  `/dashboard/keys/${id}`,
  `/dashboard/keys/${id}?period=month`,
  '/dashboard/keys/new',
  `/dashboard/keys/${id}/edit`,
  '/dashboard/logs',
  '/dashboard/logs?action=api_key_used&status_code=200',
  '/dashboard/logs?q=worker%2F99',
  '/dashboard/logs?q=nothing+like+it',
  `/dashboard/logs?api_key_id=${id}`,
  '/dashboard/logs?ip=203.0.113.7&start_date=2026-01-01',
  `/dashboard/logs/${entryId}`,
  '/dashboard/logs/integrity',
  '/dashboard/why',
  '/dashboard/alerts',
  '/dashboard/alerts?resolved=false&severity=critical',
  `/dashboard/alerts/${alertId}`,
  '/dashboard/insights',
  '/dashboard/people',
  `/dashboard/people/${personId}`,
  '/dashboard/people/new',
  '/dashboard/webhooks',
  `/dashboard/webhooks/${endpointId}`,
  '/dashboard/webhooks/new',
  '/dashboard/jobs',
  '/dashboard/profile',
];

let passed = 0;
for (const path of PAGES) {
  const { bytes, times } = await load(path);
  const middle = median(times);
  const holds = bytes <= BYTES_MAX && middle <= SERVER_MS_MAX;
  passed += holds ? 1 : 0;
  const figures = `${rounded(bytes / 1024, 1)} KB, ${rounded(middle, 1)} ms, at best ${rounded(Math.min(...times), 1)} ms`;
  process.stdout.write(`${holds ? '✓' : '✗'} ${named(path)}: ${figures}\n`);
}
await server.stop();
rmSync(dataDir, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${PAGES.length - passed} failed, 0 skipped\n`);
process.exitCode = passed === PAGES.length ? 0 : 1;

/** Of the first administrator, with a password of their own. */
async function adminClient(): Promise<ApiClient> {
  const first = new ApiClient(server.url);
  const login = async (secret: string) => {
    const { access_token: token } = await first.expect(200, 'POST', '/api/v1/auth/login', { email, password: secret });
    return new ApiClient(server.url, String(token));
  };
  const change = { current_password: oneTime, new_password: password };
  await (await login(oneTime)).expect(200, 'POST', '/api/v1/auth/change-password', change);
  return login(password);
}

/** Each is used once, and the first ones are used once more after they were revoked. @returns the id of the last one. */
async function makeKeys(): Promise<string> {
  let made = 0;
  let last = '';
  const make = async () => {
    while (made < KEYS) {
      const ours = Array.from({ length: Math.min(BATCH, KEYS - made) }, () => ++made);
      const items = [];
      for (const n of ours) {
        const environment = ['production', 'staging', 'development'][n % 3];
        const body = { name: `key ${n}`, environment, tags: [`tag ${n % 50}`] };
        const key = await client.expect(201, 'POST', '/api/v1/keys', body);
        items.push({ key: key['api_key'], ip: `203.0.113.${n % 250}`, user_agent: `worker/${n}` });
        last = String(key['id']);
        if (n <= REVOKED) revoked.push({ id: last, item: items.at(-1) });
      }
      await client.expect(200, 'POST', '/api/v1/verify/batch', items);
    }
  };
  await Promise.all(Array.from({ length: MAKERS }, make));
  return last;
}

/** @returns ids of the last ones. */
async function makeOthers(): Promise<{ endpointId: string; personId: string }> {
  let [endpointId, personId] = ['', ''];
  for (let n = 0; n < ENDPOINTS; n++) {
    const body = { url: `https://hooks.example.com/${n}`, events: ['user.locked'] };
    endpointId = String((await client.expect(201, 'POST', '/api/v1/webhooks', body))['id']);
  }
  for (let n = 0; n < PEOPLE; n++) {
    const body = { email: `person${n}@example.com`, username: `person_${n}`, role: 'developer' };
    personId = String((await client.expect(201, 'POST', '/api/v1/auth/users', body))['id']);
  }
  return { endpointId, personId };
}

/** Has the keys that were revoked used all the same, and waits until that is an alert. */
async function beNoticed(): Promise<{ entryId: string; alertId: string }> {
  for (const { id: revokedId } of revoked) await client.call('DELETE', `/api/v1/keys/${revokedId}`);
  await client.expect(
    200,
    'POST',
    '/api/v1/verify/batch',
    revoked.map(({ item }) => item),
  );
  const first = async (path: string) => {
    const { items } = await client.expect(200, 'GET', path);
    return (items as { id: string }[])[0]?.id;
  };
  let alertId: string | undefined;
  while ((alertId = await first('/api/v1/anomalies')) === undefined) await pause(500);
  return { alertId, entryId: (await first('/api/v1/logs?action=api_key_used')) ?? '' };
}

/** A page without the ids of this run. */
function named(path: string): string {
  return Object.entries(IDS).reduce((text, [name, value]) => text.replace(value, `{${name}}`), path);
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
