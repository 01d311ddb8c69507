import pg from 'pg';
import { ApiClient } from '../../support/api-client.js';
import { fillLog, OCCASIONAL_AGENT, RARE_AGENT } from '../log-filler.js';
import { residentBytes } from '../machine.js';
import { median, percentile, rounded } from '../statistics.js';
import { settled, type Stage } from '../stage.js';
import type { Part } from './part.js';

const DAYS = 30;
const ASKED = 40;
const WARM_UP = 3;
const EXPORT_ROWS = 1_000_000;
const WANTED = { page: '< 100', stats: '< 1000', exportMb: '< 50' };

export const logs: Part = {
  name: 'logs',
  about: 'How fast is a long log searched, counted and exported?',
  run: async (stage) => {
    const databaseUrl = await stage.database('logs');
    if (databaseUrl === null) {
      stage.report.skip('the log', 'there is no PostgreSQL to fill');
      return;
    }
    const server = await stage.server({ databaseUrl, isAlone: true });
    const { entries } = stage.options;
    const startedAt = performance.now();
    await fillLog(databaseUrl, { entries, days: DAYS });
    stage.report.note(
      `${entries} uses over ${DAYS} days, filled in ${rounded((performance.now() - startedAt) / 1000)} s`,
    );
    await measureLog(stage, server, databaseUrl);
    await server.stop();
  },
};

/** On a log that is there already. */
export async function measureLog(
  { report }: Pick<Stage, 'report'>,
  server: Target,
  databaseUrl: string,
): Promise<void> {
  const { admin, owner, samples } = await readersOf(server.url, databaseUrl);
  const rows = [];
  for (const [name, query] of filtersOf(samples)) {
    const page = await timesOf(admin, `/api/v1/logs?page_size=50&${query}`);
    const cursor = await timesOf(admin, `/api/v1/logs?limit=50&${query}`);
    rows.push({ filter: name, ...figures(page, cursor), total: await totalOf(admin, query) });
  }
  for (const [name, query] of [
    ['nothing', ''],
    ['q curl', 'q=curl'],
    ['action rare', 'action=rate_limit_exceeded'],
  ]) {
    const page = await timesOf(owner, `/api/v1/logs/my-keys?page_size=50&${query ?? ''}`);
    const cursor = await timesOf(owner, `/api/v1/logs/my-keys?limit=50&${query ?? ''}`);
    rows.push({ filter: `my-keys: ${name ?? ''}`, ...figures(page, cursor), total: null });
  }
  report.table(`the first page of a filter in milliseconds, ${ASKED} times each; wanted: p99 ${WANTED.page}`, rows);
  const stats = await timesOf(admin, `/api/v1/logs/stats?days=${DAYS}`);
  report.table('GET /logs/stats in milliseconds', [
    { days: DAYS, p50: rounded(median(stats), 1), p99: rounded(percentile(stats, 0.99), 1), wanted: WANTED.stats },
  ]);
  const exports = [];
  for (const format of ['csv', 'json']) exports.push(await exported(server, admin, format, samples.oldestOfExport));
  report.table('exports: growth of the memory of the server', exports);
}

interface Target {
  readonly url: string;
  readonly pid: number;
}

interface Samples {
  readonly [name: string]: string;
  readonly oldestOfExport: string;
}

interface Readers {
  readonly admin: ApiClient;
  /** Of the person whose keys are used most. */
  readonly owner: ApiClient;
  readonly samples: Samples;
}

async function readersOf(url: string, databaseUrl: string): Promise<Readers> {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  try {
    const admin = await ApiClient.register(url, 'reader');
    await database.query(`UPDATE users SET role = 'admin' WHERE username = 'reader'`);
    const { rows } = await database.query<Samples>(SAMPLES, [EXPORT_ROWS]);
    const [samples] = rows;
    if (!samples) throw new Error('the log is empty');
    await database.query(TWIN, [samples['hotOwner']]);
    const login = { email: 'owner@example.com', password: 'Correct-Horse-Battery-9' };
    const { access_token: token } = await new ApiClient(url).expect(200, 'POST', '/api/v1/auth/login', login);
    return { admin, owner: new ApiClient(url, String(token)), samples };
  } finally {
    await database.end();
  }
}

/** Somebody who signs in as the reader does and owns the keys that are used most. */
const TWIN = `
  INSERT INTO users (id, email, email_canonical, username, username_canonical, password_hash, role, is_active, is_verified,
    created_at, updated_at)
  SELECT $1, 'owner@example.com', 'owner@example.com', 'owner', 'owner', password_hash, 'developer', true, false,
    created_at, updated_at FROM users WHERE username = 'reader'`;

const SAMPLES = `
  WITH last AS MATERIALIZED (SELECT * FROM usage_events ORDER BY timestamp DESC, id DESC LIMIT 50000)
  SELECT
    (SELECT key_id::text FROM last WHERE key_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "hotKey",
    (SELECT key::text FROM bench_keys ORDER BY n DESC LIMIT 1) AS "coldKey",
    (SELECT owner_id::text FROM last WHERE key_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "hotOwner",
    (SELECT owner_id::text FROM last WHERE key_id IS NOT NULL GROUP BY 1 ORDER BY count(*) LIMIT 1) AS "coldOwner",
    (SELECT ip_address FROM last GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "hotIp",
    (SELECT ip_address FROM last WHERE ip_address LIKE '203%' GROUP BY 1 ORDER BY count(*) LIMIT 1) AS "coldIp",
    (SELECT request_id FROM usage_events ORDER BY timestamp LIMIT 1) AS "oldRequest",
    (SELECT to_char(max(timestamp) - interval '15 days', 'YYYY-MM-DD') FROM last) AS "middle",
    (SELECT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM usage_events
      ORDER BY timestamp DESC OFFSET least($1::bigint, (SELECT sum(uses) FROM usage_outcomes)) - 1 LIMIT 1)
      AS "oldestOfExport"`;

function filtersOf({ hotKey, coldKey, hotOwner, coldOwner, hotIp, coldIp, oldRequest, middle }: Samples) {
  const [key, ip, owner] = [`api_key_id=${hotKey ?? ''}`, `ip=${hotIp ?? ''}`, `user_id=${hotOwner ?? ''}`];
  const day = `start_date=${middle ?? ''}&end_date=${middle ?? ''}`;
  return Object.entries({
    nothing: '',
    'key, frequent': key,
    'key, rare': `api_key_id=${coldKey ?? ''}`,
    'key, unknown': 'api_key_id=01930000-0000-7000-8000-000000000000',
    'person, frequent': owner,
    'person, rare': `user_id=${coldOwner ?? ''}`,
    'action, frequent': 'action=api_key_used',
    'action, refusals': 'action=api_key_validation_failed',
    'action of changes': 'action=api_key_rotated',
    'status 200': 'status_code=200',
    'status 429': 'status_code=429',
    'status, none': 'status_code=418',
    'ip, frequent': ip,
    'ip, rare': `ip=${coldIp ?? ''}`,
    'ip, unknown': 'ip=198.51.100.1',
    'a day': day,
    'a day, status 403': `${day}&status_code=403`,
    'since, key': `start_date=${middle ?? ''}&${key}`,
    'key, status 403': `${key}&status_code=403`,
    'key, ip that never meet': `${key}&ip=${coldIp ?? ''}`,
    'key, ip': `${key}&${ip}`,
    'person, action, day': `${owner}&action=rate_limit_exceeded&${day}`,
    'q, frequent': 'q=curl',
    'q, occasional (1 of 10 000)': `q=${OCCASIONAL_AGENT}`,
    'q, rare (1 of a million)': `q=${RARE_AGENT}`,
    'q, none': 'q=nosuchtext',
    'q, endpoint': 'q=/v1/orders',
    'q, an error': 'q=expired',
    'q, request id': `q=${oldRequest ?? ''}`,
    'q, address': `q=${hotIp ?? ''}`,
    'q frequent, key': `q=acme&${key}`,
    'q none of the key': `q=${RARE_AGENT}&${key}`,
    'q frequent, status 403, a day': `q=curl&status_code=403&${day}`,
  });
}

async function timesOf(client: ApiClient, path: string): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + ASKED; n++) {
    const startedAt = performance.now();
    await client.expect(200, 'GET', path);
    if (n >= WARM_UP) times.push(performance.now() - startedAt);
  }
  return times;
}

function figures(page: readonly number[], cursor: readonly number[]) {
  return {
    'page p50': rounded(median(page), 1),
    'page p99': rounded(percentile(page, 0.99), 1),
    'cursor p50': rounded(median(cursor), 1),
    'cursor p99': rounded(percentile(cursor, 0.99), 1),
  };
}

async function totalOf(client: ApiClient, query: string): Promise<string> {
  const body = await client.expect(200, 'GET', `/api/v1/logs?page_size=1&${query}`);
  return `${body['total_is_exact'] === false ? '>= ' : ''}${String(body['total'])}`;
}

async function exported({ url, pid }: Target, { token }: ApiClient, format: string, from: string) {
  await settled({ pid });
  const before = residentBytes(pid) ?? 0;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid) ?? 0);
  }, 50);
  const startedAt = performance.now();
  const headers = { authorization: `Bearer ${token ?? ''}` };
  const answer = await fetch(`${url}/api/v1/logs/export/${format}?start_date=${from}`, { headers });
  let bytes = 0;
  let lines = 0;
  for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    for (const byte of piece) if (byte === NEWLINE) lines++;
  }
  clearInterval(watch);
  const seconds = (performance.now() - startedAt) / 1000;
  const growth = rounded((peak - before) / 2 ** 20);
  return { format, lines, MB: rounded(bytes / 1e6), s: rounded(seconds), 'growth MB': growth, wanted: WANTED.exportMb };
}

const NEWLINE = 0x0a;
