import pg from 'pg';
import { ApiClient } from '../../support/api-client.js';
import { fillLog } from '../log-filler.js';
import { combinedFilters, type LogSamples, pairsOfFilters, samplesOf, singleFilters } from '../log-questions.js';
import { residentBytes } from '../machine.js';
import { median, percentile, rounded } from '../statistics.js';
import { settled, type Stage } from '../stage.js';
import type { Part } from './part.js';

const DAYS = 30;
const ASKED = 20;
const ASKED_OF_PAIRS = 10;
const SLOWEST = 25;
const WARM_UP = 1;
const EXPORT_ROWS = 1_000_000;
const WANTED_MS = 100;
const WANTED = { page: `< ${WANTED_MS}`, stats: '< 1000', exportMb: '< 50' };

export const logs: Part = {
  name: 'logs',
  about: 'How fast is a long log searched, counted and exported?',
  run: async (stage) => {
    const databaseUrl = await stage.database('logs');
    if (databaseUrl === null) {
      stage.report.skip('the log', 'there is no PostgreSQL to fill');
      return;
    }
    // It makes the tables, and is not there while they are filled, in no order.
    await (await stage.server({ databaseUrl, isAlone: false })).stop();
    const { entries } = stage.options;
    const startedAt = performance.now();
    const tell = (progress: string) => {
      console.log(`  ${rounded((performance.now() - startedAt) / 1000)} s: ${progress}`);
    };
    await fillLog(databaseUrl, { entries, days: DAYS }, tell);
    stage.report.note(
      `${entries} uses over ${DAYS} days, filled in ${rounded((performance.now() - startedAt) / 1000)} s`,
    );
    const server = await stage.server({ databaseUrl, isAlone: true });
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
  await settled(server);
  const asked = [...singleFilters(samples), ...combinedFilters(samples)];
  const rows = [];
  for (const { name, query } of asked) rows.push(await measured(admin, '/api/v1/logs', name, query));
  for (const { name, query } of OF_MY_KEYS) rows.push(await measured(owner, '/api/v1/logs/my-keys', name, query));
  report.table(`the first page of a filter in milliseconds, ${ASKED} times each; wanted: p99 ${WANTED.page}`, rows);
  await measurePairs({ report }, admin, samples);
  const stats = await timesOf(admin, `/api/v1/logs/stats?days=${DAYS}`, ASKED);
  report.table('GET /logs/stats in milliseconds', [
    { days: DAYS, p50: rounded(median(stats), 1), p99: rounded(percentile(stats, 0.99), 1), wanted: WANTED.stats },
  ]);
  const exports = [];
  for (const format of ['csv', 'json']) exports.push(await exported(server, admin, format, samples.oldestOfExport));
  report.table('exports: growth of the memory of the server', exports);
}

const OF_MY_KEYS = [
  { name: 'my-keys: nothing', query: '' },
  { name: 'my-keys: q curl', query: 'q=curl' },
  { name: 'my-keys: limits', query: 'action=rate_limit_exceeded' },
];

/** Each filter with each other: the slowest of them, and all of them together. */
async function measurePairs({ report }: Pick<Stage, 'report'>, admin: ApiClient, samples: LogSamples): Promise<void> {
  const pairs = [];
  for (const { name, query } of pairsOfFilters(samples)) {
    const path = `/api/v1/logs?page_size=50&${query}`;
    const times = await timesOf(admin, path, ASKED_OF_PAIRS);
    const { searched_from: searchedFrom } = await admin.expect(200, 'GET', path);
    pairs.push({
      name,
      query,
      times,
      isComplete: searchedFrom === undefined,
      p50: median(times),
      p99: percentile(times, 0.99),
    });
  }
  const slowest = pairs.sort((a, b) => b.p99 - a.p99).slice(0, SLOWEST);
  const rows = [];
  for (const { name, query, p50, p99 } of slowest)
    rows.push({ pair: name, p50: rounded(p50, 1), p99: rounded(p99, 1), total: await totalOf(admin, query) });
  report.table(`the slowest pairs of filters in milliseconds, ${ASKED_OF_PAIRS} times each`, rows);
  const all = pairs.flatMap(({ times }) => times);
  report.table('all pairs of filters in milliseconds', [
    {
      pairs: pairs.length,
      incomplete: pairs.filter(({ isComplete }) => !isComplete).length,
      'p50 over 100': pairs.filter(({ p50 }) => p50 > WANTED_MS).length,
      'p99 over 100': pairs.filter(({ p99 }) => p99 > WANTED_MS).length,
      requests: all.length,
      p50: rounded(median(all), 1),
      p99: rounded(percentile(all, 0.99), 1),
      worst: rounded(percentile(all, 1), 1),
      wanted: WANTED.page,
    },
  ]);
}

async function measured(client: ApiClient, path: string, name: string, query: string) {
  const page = await timesOf(client, `${path}?page_size=50&${query}`, ASKED);
  const cursor = await timesOf(client, `${path}?limit=50&${query}`, ASKED);
  return { filter: name, ...figures(page, cursor), total: await totalOf(client, query, path) };
}

interface Target {
  readonly url: string;
  readonly pid: number;
}

interface Readers {
  readonly admin: ApiClient;
  /** Of the person whose keys are used most. */
  readonly owner: ApiClient;
  readonly samples: LogSamples;
}

async function readersOf(url: string, databaseUrl: string): Promise<Readers> {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  try {
    const admin = await ApiClient.register(url, 'reader');
    await database.query(`UPDATE users SET role = 'admin' WHERE username = 'reader'`);
    const samples = await samplesOf(database, EXPORT_ROWS);
    await database.query(TWIN, [samples.hotOwner]);
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

async function timesOf(client: ApiClient, path: string, asked: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + asked; n++) {
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

async function totalOf(client: ApiClient, query: string, path = '/api/v1/logs'): Promise<string> {
  const body = await client.expect(200, 'GET', `${path}?page_size=1&${query}`);
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
