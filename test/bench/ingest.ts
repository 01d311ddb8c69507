import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { Repetition } from '../../apps/api/src/jobs/repetition.js';
import { Spool } from '../../apps/api/src/usage/spool.js';
import { SpoolIngest } from '../../apps/api/src/usage/spool-ingest.js';
import type { UsageEvent } from '../../apps/api/src/usage/usage-event.js';
import { dayOf, UsageDays } from '../../apps/api/src/usage/usage-days.js';
import { openBuiltStorage } from '../support/built-database.js';
import { seededRandom } from '../support/seeded-random.js';
import { median } from './statistics.js';
import { zipfSampler } from './zipf.js';

export interface IngestSpeed {
  /** From files of the spool to committed rows and counts. */
  readonly ingested: number;
  /** The same rows by one COPY into the same table, with its indexes, and with nothing counted. */
  readonly copied: number;
  /** By one COPY into a table that has no index. */
  readonly copiedBare: number;
}

interface Database {
  query(sql: string): Promise<unknown>;
}

const EVENTS = 200_000;
const KEYS = 10_000;
/** Uses come at this rate: how many fall into a minute decides how far they can be counted together. */
const PER_SECOND = 10_000;
const COUNT_EVERY_MS = 500;
const START = Date.UTC(2026, 0, 1, 11, 59, 50);

/** Rows a second, each the median of `rounds`. The files to be copied have to be read by the server: it is on this machine. */
export async function ingestSpeed(url: string | null, rounds: number): Promise<IngestSpeed> {
  const folder = mkdtempSync(join(tmpdir(), 'akm-ingest-'));
  const dataSource = await openBuiltStorage(url, folder);
  const unhurried = url === null ? null : new pg.Client(url);
  try {
    await unhurried?.connect();
    await new UsageDays(dataSource).make([dayOf(START)]);
    const events = someEvents();
    const speeds: IngestSpeed[] = [];
    for (let round = 0; round < rounds; round++) {
      speeds.push({
        ingested: await ingest(dataSource, events),
        copied: await copy(unhurried ?? dataSource, events, 'usage_events'),
        copiedBare: await copy(unhurried ?? dataSource, events, 'copied_events'),
      });
    }
    const medianOf = (what: keyof IngestSpeed) => median(speeds.map((speed) => speed[what]));
    return { ingested: medianOf('ingested'), copied: medianOf('copied'), copiedBare: medianOf('copiedBare') };
  } finally {
    await unhurried?.end();
    await dataSource.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

function someEvents(): UsageEvent[] {
  const random = seededRandom(5);
  const draw = zipfSampler(KEYS, 1, random);
  return Array.from({ length: EVENTS }, (_, n) => {
    const key = String(draw()).padStart(12, '0');
    return {
      at: START + Math.floor((n * 1000) / PER_SECOND),
      keyId: `0198f0c4-7d5e-7a31-9d2f-${key}`,
      secretId: `0198f0c4-7d5e-7a31-8d2f-${key}`,
      ownerId: `0198f0c4-7d5e-7a31-9d2f-${key.slice(0, -2)}00`,
      outcome: random() < 0.95 ? 'VALID' : 'RATE_LIMITED',
      latencyUs: Math.floor(20 + random() * 60),
      asked: null,
      requestId: `0198f0c4-7d5e-7a31-9d2f-${String(n).padStart(12, '0')}`,
      ip: `203.0.113.${n % 250}`,
      userAgent: 'orders-service/2.4.1 (linux; x64)',
      method: 'GET',
      endpoint: '/api/v1/verify',
    };
  });
}

async function ingest(dataSource: DataSource, events: readonly UsageEvent[]): Promise<number> {
  await empty(dataSource);
  const root = mkdtempSync(join(tmpdir(), 'akm-spool-'));
  const spool = await Spool.create(root, { bytesMax: 2 ** 32 }, () => undefined);
  for (let n = 0; n < events.length; n += 100) {
    spool.append(events.slice(n, n + 100).map((event) => spool.encode(event)));
  }
  const rejected = () => Promise.reject(new Error('the database refuses an event'));
  const store = new SpoolIngest(dataSource, { rejected, damaged: () => undefined });
  const speed = await timed(() => storeAndCount(store, spool));
  spool.close();
  rmSync(root, { recursive: true });
  return speed;
}

/** Counts beside the storing, as often as the product does, and what is left afterwards. */
async function storeAndCount(store: SpoolIngest, { folder, end }: Spool): Promise<void> {
  const counting = new Repetition(
    () => store.count('skip'),
    { intervalMs: COUNT_EVERY_MS, intervalMsMax: COUNT_EVERY_MS },
    (error) => {
      console.warn(`Uses wait to be counted: ${String(error)}`);
    },
  );
  counting.start();
  await store.store(folder, end).finally(() => counting.stop());
  await store.count('await');
}

/** @param database whose statements are not ended after five seconds: a busy machine needs longer for one COPY of all. */
async function copy(database: Database, events: readonly UsageEvent[], table: string): Promise<number> {
  await empty(database);
  const path = `${await folderOf(database)}/akm-bench-copy`;
  // By the server itself, so that it may read it, whoever it runs as.
  await database.query(`
    COPY (SELECT unnest(string_to_array($rows$${rowsOf(events)}$rows$, E'\\n'))) TO '${path}' WITH (DELIMITER E'\\x01')`);
  return timed(() => database.query(`COPY ${table} (${COLUMNS}) FROM '${path}' WITH (DELIMITER '|')`));
}

async function folderOf(database: Database): Promise<string> {
  const answer = (await database.query(`SELECT current_setting('data_directory') AS folder`)) as
    { folder: string }[] | { rows: { folder: string }[] };
  const [setting] = 'rows' in answer ? answer.rows : answer;
  return setting?.folder ?? '';
}

const COLUMNS =
  'timestamp, id, key_id, secret_id, owner_id, outcome, latency_us, request_id, ip_address, user_agent, method, endpoint';

function rowsOf(events: readonly UsageEvent[]): string {
  return events
    .map(({ at, ...event }, n) =>
      [
        new Date(at).toISOString(),
        `0198f0c4-7d5e-7a31-9d2f-${String(n).padStart(12, '0')}`,
        event.keyId,
        event.secretId,
        event.ownerId,
        event.outcome,
        event.latencyUs,
        event.requestId,
        event.ip,
        event.userAgent,
        event.method,
        event.endpoint,
      ].join('|'),
    )
    .join('\n');
}

async function empty(database: Database): Promise<void> {
  await database.query('DROP TABLE IF EXISTS copied_events');
  await database.query('CREATE TABLE copied_events (LIKE usage_events)');
  await database.query('TRUNCATE usage_events, usage_minutes, usage_hours, key_usage, usage_spools, usage_uncounted');
  await database.query('CHECKPOINT');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  return EVENTS / seconds;
}
