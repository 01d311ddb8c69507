import { openBuiltDatabase } from '../../support/built-database.js';
import type { Users } from './users.js';

/** What the database says of all uses, in each of the places that count them. */
export interface Counts {
  readonly events: number;
  readonly minutes: number;
  readonly hours: number;
  readonly admitted: number;
  readonly usage_count: number;
}

export interface Books {
  readonly counts: Counts;
  /** Uses that are recorded and whose verdict was not told. */
  readonly unansweredKept: number;
  /** One sentence each. Empty: every use that was answered is there, once, wherever uses are counted. */
  readonly faults: string[];
}

/** Compares what was answered with what was kept. No server may use the database any more. */
export async function readBooks(users: Users, url: string | null, dataDir: string): Promise<Books> {
  const database = await openBuiltDatabase(url, dataDir);
  try {
    const [counts] = await database.query<Counts[]>(COUNTS);
    if (!counts) throw new Error('an aggregate without groups has a row');
    const faults: string[] = [];
    for (const [what, sql] of Object.entries(DISAGREEMENTS)) {
      const [row] = await database.query<{ count: number }[]>(`SELECT count(*)::integer AS count FROM (${sql}) AS row`);
      if (row?.count !== 0) faults.push(`${row?.count} rows of ${what} disagree with the events`);
    }
    const kept = await database.query<{ request_id: string; outcome: string }[]>(
      'SELECT request_id, outcome FROM usage_events',
    );
    const { unansweredKept, faults: others } = compare(users, kept);
    return { counts, unansweredKept, faults: [...faults, ...others] };
  } finally {
    await database.destroy();
  }
}

function compare(users: Users, kept: readonly { request_id: string; outcome: string }[]) {
  const seen = new Set<string>();
  const wrong = { twice: 0, 'of nobody': 0, 'with another outcome': 0 };
  let answered = 0;
  let unansweredKept = 0;
  for (const { request_id: id, outcome } of kept) {
    const use = users.named(id);
    if (seen.has(id)) wrong.twice += 1;
    seen.add(id);
    if (use === undefined) wrong['of nobody'] += 1;
    else if (use.isAnswered) {
      answered += 1;
      if (use.isAdmitted !== (outcome === 'VALID')) wrong['with another outcome'] += 1;
    } else unansweredKept += 1;
  }
  const faults = Object.entries(wrong).flatMap(([how, count]) => (count === 0 ? [] : [`${count} uses kept ${how}`]));
  const missing = users.count(({ isAnswered }) => isAnswered) - (answered - wrong.twice);
  if (missing !== 0) faults.push(`${missing} answered uses are missing`);
  return { unansweredKept, faults };
}

const COUNTS = `
  SELECT (SELECT count(*) FROM usage_events)::integer AS events,
    (SELECT COALESCE(sum(uses), 0) FROM usage_minutes)::integer AS minutes,
    (SELECT COALESCE(sum(uses), 0) FROM usage_hours)::integer AS hours,
    (SELECT count(*) FROM usage_events WHERE outcome = 'VALID')::integer AS admitted,
    (SELECT COALESCE(sum(usage_count), 0) FROM key_usage)::integer AS usage_count`;

const NOBODY = `'00000000-0000-0000-0000-000000000000'`;

const rollup = (unit: string) => `
  SELECT FROM (
    SELECT COALESCE(key_id, ${NOBODY}) AS key_id, outcome,
      COALESCE(CASE WHEN key_id IS NOT NULL THEN secret_id END, ${NOBODY}) AS secret_id,
      date_bin('1 ${unit}', timestamp, 'epoch') AS ${unit}, count(*) AS n, sum(latency_us) AS us, max(latency_us) AS us_max
    FROM usage_events GROUP BY 1, 2, 3, 4
  ) AS counted FULL JOIN usage_${unit}s AS kept USING (key_id, secret_id, outcome, ${unit})
  WHERE (n = uses AND us = latency_us_sum AND us_max = latency_us_max) IS NOT TRUE`;

const DISAGREEMENTS = {
  usage_minutes: rollup('minute'),
  usage_hours: rollup('hour'),
  key_usage: `
    SELECT FROM (
      SELECT key_id, secret_id, count(*) AS n, max(timestamp) AS latest
      FROM usage_events WHERE outcome = 'VALID' GROUP BY key_id, secret_id
    ) AS counted FULL JOIN key_usage USING (key_id, secret_id)
    WHERE (n = usage_count AND latest = last_used_at) IS NOT TRUE`,
};
