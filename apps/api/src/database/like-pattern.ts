/** The pattern of LIKE that finds a text anywhere, with nothing in it meant as a wildcard. */
export function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/**
 * The condition that a text stands in a column, in whatever case. Letters beyond ASCII are found as they are written: to
 * fold those too, as ILIKE does, takes PostgreSQL three times as long.
 *
 * @param pattern stands for what `anywhere` made, `$1` for instance.
 */
export function foundIn(column: string, pattern: string): string {
  return `lower(${column} COLLATE "C") LIKE lower(${pattern} COLLATE "C")`;
}
