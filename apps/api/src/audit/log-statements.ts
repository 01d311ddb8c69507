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

/**
 * One row, `total`; null when there is nothing to ask.
 * @param max counted no further.
 */
export function countOf([source]: readonly LogSource[], max?: number): string | null {
  if (source === undefined) return null;
  const { from, where, stretches } = source;
  const last = max === undefined ? '' : `LIMIT ${max}`;
  const found =
    stretches === undefined
      ? `SELECT FROM ${from} ${where} ${last}`
      : `SELECT FROM ${stretches}, LATERAL (SELECT FROM ${from} ${where}) AS entry ${last}`;
  return `SELECT count(*) AS total FROM (${found}) AS found`;
}
