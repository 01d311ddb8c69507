import { NO_LEAVES } from './use-chunks.sql.js';
import type { Criterion } from './use-criteria.js';

/**
 * The bits of all that is asked for, put together, as the table `matching` for the start of a statement: with whatever
 * `chunk` has, `leaves` that may match and `is_open`, whether some of them may not. A value without a bitmap is one that
 * no use has, or an unlisted one: then the other criteria alone decide.
 *
 * @param chunk selects from `usage_chunks`.
 */
export function withMatching(chunk: string, criteria: readonly Criterion[], bind: (value: unknown) => string): string {
  const parts = criteria.map((wanted, n) => partOf(wanted, `criterion${n}`, bind));
  return `
    WITH chunk AS MATERIALIZED (${chunk}), ${parts.map(({ table }) => table).join(', ')}, matching AS MATERIALIZED (
      SELECT chunk.*, (${parts.map(({ leaves }) => leaves).join(' & ')})::varbit AS leaves,
        ${parts.map(({ isOpen }) => isOpen).join(' OR ')} AS is_open
      FROM chunk ${parts.map(({ join }) => join).join(' ')}
    )`;
}

interface Part {
  readonly table: string;
  readonly join: string;
  readonly leaves: string;
  readonly isOpen: string;
}

function partOf(wanted: Criterion, name: string, bind: (value: unknown) => string): Part {
  const kinds = bind(wanted.map(({ kind }) => kind));
  const values = bind(wanted.map(({ value }) => value));
  const isOpen = `(COALESCE(${name}.listed, 0) < ${wanted.length} AND unlisted && ${kinds}::text[])`;
  return {
    table: `
      ${name} AS (
        SELECT first_leaf, bit_or(leaves) AS leaves, count(*) AS listed FROM usage_bitmaps
        JOIN unnest(${kinds}::text[], ${values}::text[]) AS wanted (kind, value) USING (kind, value)
        WHERE first_leaf BETWEEN (SELECT min(first_leaf) FROM chunk) AND (SELECT max(first_leaf) FROM chunk)
        GROUP BY first_leaf
      )`,
    join: `LEFT JOIN ${name} ON ${name}.first_leaf = chunk.first_leaf`,
    leaves: `CASE WHEN ${isOpen} THEN ~ ${NO_LEAVES} ELSE COALESCE(${name}.leaves, ${NO_LEAVES}) END`,
    isOpen,
  };
}
