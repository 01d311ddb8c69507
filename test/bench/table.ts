export type Cell = string | number | null;

/** A line of a table; all lines have the same columns. */
export type Row = Readonly<Record<string, Cell>>;

/** Aligned text: words to the left, figures to the right, a line for what is not known. */
export function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => text(row[column])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const isWords = columns.map((column) => rows.some((row) => typeof row[column] === 'string'));
  return lines
    .map((line) =>
      line
        .map((cell, at) => (isWords[at] ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function text(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '-';
  return String(cell);
}
