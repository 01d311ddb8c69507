import type { LogSource } from './log-sources.js';

const NEWEST_FIRST = 'ORDER BY timestamp DESC, id DESC';

/** Each table gives its newest through its index; only those few are put in order together. */
export function newestFirst(sources: readonly LogSource[], limit: number, offset: number): string {
  const last = `LIMIT ${offset + limit}`;
  const newest = sources.map(({ columns, from, where, stretches }) => {
    if (stretches === undefined) return `(SELECT ${columns} FROM ${from} ${where} ${NEWEST_FIRST} ${last})`;
    const each = `(SELECT * FROM ${from} ${where} ${NEWEST_FIRST} ${last})`;
    return `(SELECT ${columns} FROM ${stretches}, LATERAL ${each} AS entry ${NEWEST_FIRST} ${last})`;
  });
  return `SELECT * FROM (${newest.join(' UNION ALL ')}) AS entry ${NEWEST_FIRST} LIMIT ${limit} OFFSET ${offset}`;
}

/** One row, `total`. */
export function countOf(sources: readonly LogSource[]): string {
  const counts = sources.map(({ from, where, stretches }) =>
    stretches === undefined
      ? `(SELECT count(*) FROM ${from} ${where})`
      : `(SELECT count(*) FROM ${stretches}, LATERAL (SELECT FROM ${from} ${where}) AS entry)`,
  );
  return `SELECT ${counts.join(' + ')} AS total`;
}
