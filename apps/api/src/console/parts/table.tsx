import type { ComponentChildren, VNode } from 'preact';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Names the row. */
  readonly isName?: boolean;
  readonly class?: string;
}

interface TableProps<Row> {
  /** What is listed. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

/**
 * A list of things of one kind. In a narrow window each row becomes a block in which every cell says what it is; the
 * roles are there because elements that are not laid out as a table would lose them.
 */
export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>): VNode {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table class="rows stacked" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ head, class: name }) => (
              <th key={head} scope="col" role="columnheader" class={name}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((column) => (
                <Cell key={column.head} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column: { head, cell, isName = false, ...rest }, row }: { column: Column<Row>; row: Row }): VNode {
  const content = cell(row);
  if (isName) {
    return (
      <th scope="row" role="rowheader" class={rest.class}>
        {content}
      </th>
    );
  }
  return (
    <td role="cell" data-label={head} class={rest.class}>
      {content}
    </td>
  );
}
