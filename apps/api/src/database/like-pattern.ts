/** The pattern of LIKE that finds a text anywhere, with nothing in it meant as a wildcard. */
export function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
