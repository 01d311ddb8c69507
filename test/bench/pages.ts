/**
 * How large the pages of the console are, and how long they take, for an administrator with many keys and a long log.
 *
 * From the request to its last byte, one after the other, and beside it what of that the server has computed: on a
 * server, without the database. Ends with 1 when a page is larger than 50 KB or takes longer than 20 ms in the middle of
 * its loads. Not part of the tests: it takes a quiet machine.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { MAINTENANCE } from '../../apps/api/src/database/embedded/maintenance.js';
import { Browser } from '../support/browser.js';
import { commandedAdmin, printedAdmin } from '../support/first-admin.js';
import { ServerProcess } from '../support/server-process.js';
import { inhabit } from './inhabit.js';
import { cpuSeconds } from './machine.js';
import { orHelp } from './or-help.js';
import { median, rounded } from './statistics.js';

const HELP = `
How large the pages of the console are, and how long they take, for an administrator with many keys and a long log.

    npm run bench:pages                        10,000 keys, each made and used once: 20,000 entries of the log
    npm run bench:pages -- --keys 100000
    npm run bench:pages -- --database-url postgres://…     an empty database on a server, instead of the embedded one`.trim();

const values = orHelp(HELP, () => {
  const options = { keys: { type: 'string', default: '10000' }, 'database-url': { type: 'string' } } as const;
  const { values: asked } = parseArgs({ options });
  if (!/^[1-9]\d*$/.test(asked.keys)) throw new Error('--keys takes a whole number from 1.');
  return asked;
});
const databaseUrl = values['database-url'];
const KEYS = Number(values.keys);
const LOADS = 50;
const BYTES_MAX = 50 * 1024;
const SERVER_MS_MAX = 20;

const dataDir = mkdtempSync(join(tmpdir(), 'akm-bench-'));
// What the embedded database makes for itself is to be given beside a server.
const secret = () => randomBytes(48).toString('base64');
const secrets = { JWT_SECRET_KEY: secret(), MASTER_ENCRYPTION_KEY: secret() };
const options = { dataDir, env: { LOG_LEVEL: 'warn', ...(databaseUrl && { DATABASE_URL: databaseUrl, ...secrets }) } };
const server = await ServerProcess.start(options);
const admin = databaseUrl ? await commandedAdmin(options) : await printedAdmin(server);
const { email, password, ids } = await inhabit(server, KEYS, admin);
const { id, endpointId, personId, entryId, alertId } = ids;
await analysed();
const browser = await new Browser(server.url).signIn({ email, password });

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
  const { bytes, times, cpuMs } = await load(path);
  const middle = median(times);
  const holds = bytes <= BYTES_MAX && middle <= SERVER_MS_MAX;
  passed += holds ? 1 : 0;
  const best = rounded(Math.min(...times), 1);
  const figures = `${rounded(bytes / 1024, 1)} KB, ${rounded(middle, 1)} ms, at best ${best} ms, CPU ${rounded(cpuMs, 1)} ms`;
  process.stdout.write(`${holds ? '✓' : '✗'} ${named(path)}: ${figures}\n`);
}
await server.stop();
rmSync(dataDir, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${PAGES.length - passed} failed, 0 skipped\n`);
process.exitCode = passed === PAGES.length ? 0 : 1;

/** A page without the ids of this run. */
function named(path: string): string {
  return Object.entries(ids).reduce((text, [name, value]) => text.replace(value, `{${name}}`), path);
}

interface Loads {
  readonly bytes: number;
  /** From the request to the last byte, in milliseconds. */
  readonly times: readonly number[];
  /** Of the server, for one load; NaN where there is no /proc. */
  readonly cpuMs: number;
}

/** One after the other. */
async function load(path: string): Promise<Loads> {
  const times: number[] = [];
  const busy = cpuSeconds(server.pid) ?? NaN;
  let bytes = 0;
  for (let n = 0; n < LOADS; n++) {
    const began = performance.now();
    const { status, text } = await browser.get(path);
    times.push(performance.now() - began);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    bytes = Buffer.byteLength(text);
  }
  return { bytes, times, cpuMs: (((cpuSeconds(server.pid) ?? NaN) - busy) * 1000) / LOADS };
}

/**
 * What a database knows of its tables it learns within a minute, by autovacuum or the maintenance of the embedded one. Before
 * that, statements are planned for tables of a few rows.
 */
async function analysed(): Promise<void> {
  if (databaseUrl === undefined) {
    await pause(2 * MAINTENANCE.analyzeMs);
    return;
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query('ANALYZE');
  await client.end();
}
