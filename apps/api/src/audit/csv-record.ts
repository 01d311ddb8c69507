export type CsvCell = string | number | null;

/**
 * One record of RFC 4180 with its line end. A text that a spreadsheet would run, and anybody may have sent one as their
 * agent, is made text by an apostrophe before it, which is then part of the cell. Our own writer, because the library
 * quotes no line break inside a cell but the one it ends records with, and leaves a hundred megabytes behind for every
 * million records.
 */
export function csvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Its full-width twins too, and whatever is left when leading space is cut off: Excel and LibreOffice differ there. */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const SPECIAL = /[",\r\n]/;
