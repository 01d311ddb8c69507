import type pg from 'pg';
import { OCCASIONAL_AGENT, RARE_AGENT } from './log-filler.js';

/** A filter of the log, as a person names it and as a request asks for it. */
export interface LogQuestion {
  readonly name: string;
  readonly query: string;
}

/** What stands in a log that was filled: of each kind something frequent, something rare and what never meets. */
export type LogSamples = Readonly<
  Record<
    | 'hotKey'
    | 'coldKey'
    | 'hotOwner'
    | 'coldOwner'
    | 'hotIp'
    | 'coldIp'
    | 'otherIp'
    | 'hotAgent'
    | 'otherAgent'
    | 'oldRequest'
    | 'middle'
    | 'oldestOfExport',
    string
  >
>;

/** Each filter by itself, with values that are frequent, rare and absent. */
export function singleFilters(samples: LogSamples): LogQuestion[] {
  return [{ name: 'nothing', query: '' }, ...Object.values(values(samples)).flat()];
}

/** All of one filter with all of another, whether they ever meet or not. */
export function pairsOfFilters(samples: LogSamples): LogQuestion[] {
  const filters = Object.values(values(samples));
  return filters.flatMap((some, at) =>
    filters.slice(at + 1).flatMap((others) => some.flatMap((one) => others.map((other) => both(one, other)))),
  );
}

/** More than two, as people ask. */
export function combinedFilters(samples: LogSamples): LogQuestion[] {
  const { key, person, day, ip, q } = values(samples);
  const named = (questions: readonly LogQuestion[], name: string) => {
    const found = questions.find((question) => question.name.endsWith(name));
    if (!found) throw new Error(`nothing is called ${name}`);
    return found;
  };
  const [hotKey, hotOwner, aDay] = [named(key, 'frequent'), named(person, 'frequent'), named(day, 'a day')];
  const refused = { name: 'status 403', query: 'status_code=403' };
  const limited = { name: 'action, limits', query: 'action=rate_limit_exceeded' };
  return [
    [hotOwner, limited, aDay],
    [named(q, 'frequent'), refused, aDay],
    [hotKey, refused, named(ip, 'of others')],
    [hotKey, refused, named(q, 'of others')],
    [hotKey, aDay, named(q, 'of others')],
    [hotOwner, named(ip, 'frequent'), named(q, 'of others')],
  ].map((questions) => questions.reduce(both));
}

function both(one: LogQuestion, other: LogQuestion): LogQuestion {
  return { name: `${one.name} · ${other.name}`, query: `${one.query}&${other.query}` };
}

function values(samples: LogSamples) {
  const { middle } = samples;
  const of = (filter: string, parameter: string, asked: Record<string, string>): LogQuestion[] =>
    Object.entries(asked).map(([name, value]) => ({
      name: `${filter} ${name}`,
      query: `${parameter}=${encodeURIComponent(value)}`,
    }));
  return {
    key: of('key', 'api_key_id', { frequent: samples.hotKey, rare: samples.coldKey, unknown: NO_ONE }),
    person: of('person', 'user_id', { frequent: samples.hotOwner, rare: samples.coldOwner, unknown: NO_ONE }),
    action: of('action', 'action', {
      frequent: 'api_key_used',
      refusals: 'api_key_validation_failed',
      'of changes': 'api_key_rotated',
    }),
    status: of('status', 'status_code', { 200: '200', 403: '403', 429: '429', none: '418' }),
    ip: of('ip', 'ip', {
      frequent: samples.hotIp,
      'of others': samples.otherIp,
      rare: samples.coldIp,
      unknown: '198.51.100.1',
    }),
    day: [
      { name: 'a day', query: `start_date=${middle}&end_date=${middle}` },
      { name: 'since', query: `start_date=${middle}` },
      { name: 'until', query: `end_date=${middle}` },
    ],
    q: of('q', 'q', {
      frequent: 'curl',
      'an agent, frequent': samples.hotAgent,
      'an agent of others': samples.otherAgent,
      'occasional (1 of 10 000)': OCCASIONAL_AGENT,
      'rare (1 of a million)': RARE_AGENT,
      none: 'nosuchtext',
      endpoint: '/v1/orders',
      method: 'DELETE',
      'an error': 'expired',
      'request id': samples.oldRequest,
      address: samples.hotIp,
    }),
  };
}

const NO_ONE = '01930000-0000-7000-8000-000000000000';

/** @param rows how many entries back `oldestOfExport` is. */
export async function samplesOf(database: pg.Client, rows: number): Promise<LogSamples> {
  const {
    rows: [samples],
  } = await database.query<LogSamples>(SAMPLES, [rows]);
  if (!samples) throw new Error('the log is empty');
  return samples;
}

/** Of others: used as much as can be, and never by the key that is used most. */
const SAMPLES = `
  WITH last AS MATERIALIZED (SELECT * FROM usage_events ORDER BY timestamp DESC, id DESC LIMIT 50000),
  hot AS MATERIALIZED (
    SELECT key_id, owner_id FROM last WHERE key_id IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1
  ), of_hot AS MATERIALIZED (SELECT last.* FROM last JOIN hot USING (key_id))
  SELECT
    (SELECT key_id::text FROM hot) AS "hotKey",
    (SELECT key::text FROM bench_keys ORDER BY n DESC LIMIT 1) AS "coldKey",
    (SELECT owner_id::text FROM last WHERE key_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "hotOwner",
    (SELECT owner_id::text FROM last WHERE key_id IS NOT NULL GROUP BY 1 ORDER BY count(*) LIMIT 1) AS "coldOwner",
    (SELECT ip_address FROM last GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "hotIp",
    (SELECT ip_address FROM last WHERE ip_address LIKE '203%' GROUP BY 1 ORDER BY count(*) LIMIT 1) AS "coldIp",
    (SELECT ip_address FROM last WHERE ip_address NOT IN (SELECT ip_address FROM of_hot)
      GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "otherIp",
    (SELECT user_agent FROM of_hot GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "hotAgent",
    (SELECT user_agent FROM last WHERE user_agent NOT IN (SELECT user_agent FROM of_hot)
      GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS "otherAgent",
    (SELECT request_id FROM usage_events ORDER BY timestamp LIMIT 1) AS "oldRequest",
    (SELECT to_char(max(timestamp) - interval '15 days', 'YYYY-MM-DD') FROM last) AS "middle",
    (SELECT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM usage_events
      ORDER BY timestamp DESC OFFSET least($1::bigint, (SELECT sum(uses) FROM usage_outcomes)) - 1 LIMIT 1)
      AS "oldestOfExport"`;
