/** The pattern of LIKE that finds a text anywhere, with nothing in it meant as a wildcard. */
export function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/**
 * The patterns of a text that is looked for in whatever case: its longest stretch without a letter, which stands in a
 * column as it is written or the text does not, and all of it. For `foundIn`.
 */
export function inAnyCase(text: string): [caseless: string, whole: string] {
  const stretches = text.split(/[A-Za-z]+/).sort((a, b) => b.length - a.length);
  return [anywhere(stretches[0] ?? ''), anywhere(text)];
}

/**
 * The condition that a text stands in a column. Letters beyond ASCII are found as they are written: to fold those too, as
 * ILIKE does, takes PostgreSQL three times as long. And it folds what the stretch without letters stands in, no more.
 *
 * @param patterns stand for those of `inAnyCase`, `$1` for instance.
 */
export function foundIn(column: string, [caseless, whole]: readonly [string, string]): string {
  return `(${column} LIKE ${caseless} AND lower(${column} COLLATE "C") LIKE lower(${whole} COLLATE "C"))`;
}
