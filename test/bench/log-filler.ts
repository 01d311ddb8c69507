import pg from 'pg';
import { CHUNK_LEAVES } from '../../apps/api/src/audit/use-chunk.entity.js';
import { STORE_CHUNK } from '../../apps/api/src/audit/use-chunks.sql.js';
import { USAGE_ROLLUPS } from '../support/usage-rollups.js';

/** A log of this many uses over these days, the last of which is today. */
export interface FilledLog {
  readonly entries: number;
  readonly days: number;
}

const KEYS = 10_000;
const OWNERS = 500;
const CHANGES = 100_000;
const LANES = 3;
const BATCH = 100_000;
const DAY_MS = 86_400_000;

/**
 * Fills a database with a log as a busy month leaves it: keys used as unevenly as keys are (Zipf), each by its usual
 * agents, endpoints and addresses and now and then by others, most of them let in; agents and outcomes that came once in
 * a million; and a hundred thousand changes and sign-ins. Made by the server itself, which is as fast as COPY and sends
 * nothing. What is counted of uses is counted from them at the end, and so are the bitmaps. Their places in the tree are made up, so that the
 * server does not set out to give ten million of them one.
 */
export async function fillLog(
  databaseUrl: string,
  { entries, days }: FilledLog,
  tell: (progress: string) => void,
): Promise<void> {
  const end = Date.now();
  const start = end - days * DAY_MS;
  const clients = await Promise.all(Array.from({ length: LANES }, () => connected(databaseUrl)));
  const [first] = clients as [pg.Client, ...pg.Client[]];
  try {
    await first.query(CAST, [KEYS]);
    await first.query(MAKE_KEYS, [KEYS, OWNERS]);
    await first.query(STORE_KEYS);
    const dates = Array.from({ length: days + 2 }, (_, n) => new Date(start + n * DAY_MS).toISOString().slice(0, 10));
    await first.query('SELECT make_usage_day(day) FROM unnest($1::date[]) AS day', [dates]);
    const batches = Array.from({ length: Math.ceil(entries / BATCH) }, (_, n) => n);
    await inLanes(clients, batches, async (client, n) => {
      const last = Math.min((n + 1) * BATCH, entries);
      await client.query('SELECT setseed($1)', [n / batches.length]);
      await client.query(USES, [n * BATCH + 1, last, new Date(start), `${(days * DAY_MS) / entries} ms`]);
      if (n % 10 === 9) tell(`${last} uses stored`);
    });
    await inLanes(clients, dates, async (client, date) => {
      const from = Date.parse(date);
      for (const statement of USAGE_ROLLUPS) await client.query(statement, [new Date(from), new Date(from + DAY_MS)]);
    });
    tell('uses counted');
    const chunks = Array.from({ length: Math.floor(entries / CHUNK_LEAVES) }, (_, n) => n * CHUNK_LEAVES);
    await inLanes(clients, chunks, async (client, firstLeaf) => {
      await client.query(STORE_CHUNK, [firstLeaf]);
    });
    tell('bitmaps made');
    await first.query(STORE_CHANGES, [CHANGES, new Date(end), `${(days * DAY_MS) / CHANGES} ms`]);
    await first.query('VACUUM ANALYZE');
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** The agent of one use in a million. */
export const RARE_AGENT = 'rare-agent/0.1';
/** The agent of one use in ten thousand. */
export const OCCASIONAL_AGENT = 'occasional/2.0';

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('SET synchronous_commit = off');
  return client;
}

async function inLanes<T>(
  clients: readonly pg.Client[],
  items: readonly T[],
  work: (client: pg.Client, item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  await Promise.all(
    clients.map(async (client) => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(client, item);
    }),
  );
}

/** Who is used how often: the cumulated weights of Zipf. */
const CAST = `
  CREATE TABLE bench_cast AS
  SELECT array_agg(weight ORDER BY n) AS weights, max(weight) AS total
  FROM (SELECT n, sum(1.0::float8 / n) OVER (ORDER BY n) AS weight FROM generate_series(1, $1::integer) AS n) AS w`;

/** The ids are UUIDs of version 4 in form, and always the same. */
const ID = (name: string) => `overlay(overlay(md5(${name}) placing '4' from 13) placing '8' from 17)::uuid`;

const MAKE_KEYS = `
  CREATE TABLE bench_keys AS
  SELECT n, ${ID(`'key' || n`)} AS key, ${ID(`'secret' || n`)} AS secret,
    ${ID(`'owner' || floor($2::integer * power((n * 7919 % 10007) / 10007.0, 3))::integer`)} AS owner
  FROM generate_series(0, $1::integer - 1) AS n`;

const STORE_KEYS = `
  INSERT INTO api_keys (id, owner_id, name, state, environment, prefix, permissions, allowed_services, allowed_ips,
    allowed_user_agents, tags, created_at, updated_at)
  SELECT key, owner, 'bench ' || n, 'active', 'production', 'akm', '{read}', '{}', '{}', '{}', '{}', now(), now()
  FROM bench_keys`;

/**
 * $1 and $2 the numbers of the first and the last use, $3 when they begin, $4 the pause between two. The weights are put
 * together with nothing, because an array as it is stored would be unpacked for each use.
 */
const USES = `
  INSERT INTO usage_events (timestamp, id, key_id, secret_id, owner_id, outcome, latency_us, request_id, ip_address,
    user_agent, method, endpoint, leaf)
  SELECT at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') ||
      '8' || substr(md5(i::text), 1, 15))::uuid,
    CASE WHEN o >= 0.012 THEN key END, CASE WHEN o >= 0.012 THEN secret END, CASE WHEN o >= 0.012 THEN owner END,
    CASE WHEN o < 0.012 THEN 'NOT_FOUND' WHEN o < 0.04 THEN 'RATE_LIMITED' WHEN o < 0.055 THEN 'INSUFFICIENT_PERMISSIONS'
      WHEN o < 0.065 THEN 'EXPIRED' WHEN o < 0.066 THEN 'REVOKED' WHEN o < 0.0661 THEN 'IP_NOT_ALLOWED'
      WHEN o < 0.066101 THEN 'SERVICE_NOT_ALLOWED' ELSE 'VALID' END,
    (50 + 400 * a * a)::integer,
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7abc8' || substr(md5((i * 3)::text), 1, 15))::uuid,
    CASE WHEN f < 0.97 THEN '10.' || home / 256 || '.' || home % 256 || '.7'
      ELSE '203.0.' || floor(20 * a)::integer || '.' || floor(250 * b)::integer END,
    CASE WHEN f > 0.999999 THEN '${RARE_AGENT}' WHEN f > 0.9999 THEN '${OCCASIONAL_AGENT}'
      WHEN n % 5 = 0 THEN 'curl/8.5.0' WHEN n % 5 = 1 THEN 'python-requests/2.3' || n % 9
      ELSE 'acme-sdk-' || n % 40 || '/1.' || floor(3 * b)::integer || ' (linux; x64) node/20.19' END,
    CASE WHEN b < 0.7 THEN 'GET' WHEN b < 0.9 THEN 'POST' ELSE 'DELETE' END,
    '/v1/' || (ARRAY['orders', 'customers', 'invoices', 'payments', 'reports', 'search', 'files', 'events'])[1 + n % 8] ||
      '/' || floor(5 * b * b)::integer, i
  FROM (
    SELECT i, date_trunc('milliseconds', $3::timestamptz + i * $4::interval) AS at,
      width_bucket(random() * (SELECT total FROM bench_cast), (SELECT weights || '{}'::float8[] FROM bench_cast)) AS drawn,
      random() AS a, random() AS b, random() AS o, random() AS f
    FROM generate_series($1::bigint, $2::bigint) AS i
  ) AS use JOIN bench_keys ON n = drawn, LATERAL (SELECT (n * 7 + floor(3 * a * a)::integer) % 5000 AS home) AS place`;

/** $1 how many, $2 when the last was, $3 the pause. */
const STORE_CHANGES = `
  INSERT INTO audit_log (id, timestamp, action, api_key_id, user_id, endpoint, method, ip_address, user_agent, request_id,
    status_code, error_message, metadata)
  SELECT gen_random_uuid(), date_trunc('milliseconds', $2::timestamptz - i * $3::interval), action,
    CASE WHEN action LIKE 'api_key%' THEN key END, owner,
    CASE WHEN action LIKE 'api_key%' THEN '/api/v1/keys/' || key ELSE '/api/v1/auth/login' END, 'POST',
    '10.0.' || n / 256 || '.7', CASE WHEN n % 3 = 0 THEN 'Mozilla/5.0 (X11; Linux x86_64)' ELSE 'curl/8.5.0' END,
    gen_random_uuid()::text, CASE WHEN action = 'login_failed' THEN 401 ELSE 200 END,
    CASE WHEN action = 'login_failed' THEN 'Sign-in failed' END, jsonb_build_object('number', i)
  FROM generate_series(1, $1::integer) AS i
  JOIN bench_keys ON n = (i * 7919::bigint) % 10000,
  LATERAL (SELECT (ARRAY['login_success', 'login_success', 'login_success', 'token_refreshed', 'token_refreshed',
    'login_failed', 'api_key_created', 'api_key_updated', 'api_key_rotated'])[1 + i % 9] AS action) AS made`;
