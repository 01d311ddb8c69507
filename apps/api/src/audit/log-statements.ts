import type { LogSource } from './log-sources.js';

const NEWEST_FIRST = 'ORDER BY timestamp DESC, id DESC';

/** Each table gives its newest through its index; only those few are put in order together. */
export function newestFirst(sources: readonly LogSource[], limit: number, offset: number): string {
  const last = `LIMIT ${offset + limit}`;
  const newest = sources.map((source) => {
    const { columns, from, stretches } = source;
    const where = whereOf(source);
    if (stretches === undefined) return `(SELECT ${columns} FROM ${from} ${where} ${NEWEST_FIRST} ${last})`;
    const each = `(SELECT * FROM ${from} ${where} ${NEWEST_FIRST} ${last})`;
    return `(SELECT ${columns} FROM ${stretches}, LATERAL ${each} AS entry ${NEWEST_FIRST} ${last})`;
  });
  return `SELECT * FROM (${newest.join(' UNION ALL ')}) AS entry ${NEWEST_FIRST} LIMIT ${limit} OFFSET ${offset}`;
}

/**
 * Looks for a text until it is found `max` times: of that, the newest `limit`, each with how many it is as `found`. When it
 * is found as often as that, these are any.
 */
export function anyOfText(source: LogSource, limit: number, max: number): string {
  const any = `SELECT ${source.columns} FROM ${source.from} ${whereOf(source)} LIMIT ${max}`;
  return `SELECT *, count(*) OVER () AS found FROM (${any}) AS entry ${NEWEST_FIRST} LIMIT ${limit}`;
}

/** Looks for a text that stands in many entries: read in their order, until there are enough. */
export function newestOfText({ text, ...source }: LogSource, limit: number): string {
  // Left to itself, PostgreSQL takes it for rare, and reads everything to put what it finds in order. Of what COALESCE
  // gives, it expects half to be true.
  const where = text === undefined ? source.where : [...source.where, `COALESCE(${text}, false)`];
  return newestFirst([{ ...source, where }], limit, 0);
}

/**
 * One row, `total`.
 * @param max counted no further.
 */
export function countOf(source: LogSource, max?: number): string {
  const { from, stretches } = source;
  const where = whereOf(source);
  const last = max === undefined ? '' : `LIMIT ${max}`;
  const found =
    stretches === undefined
      ? `SELECT FROM ${from} ${where} ${last}`
      : `SELECT FROM ${stretches}, LATERAL (SELECT FROM ${from} ${where}) AS entry ${last}`;
  return `SELECT count(*) AS total FROM (${found}) AS found`;
}

function whereOf({ where, text }: LogSource): string {
  return all(text === undefined ? where : [...where, text]);
}

function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}
