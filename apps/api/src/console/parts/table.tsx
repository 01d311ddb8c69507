import type { ComponentChildren, VNode } from 'preact';

export interface Column<Row> {
  /** Says what its cells are, in a narrow window beside each. */
  readonly head: string;
  /** Stands above it instead, when that is more than a word. */
  readonly above?: ComponentChildren;
  readonly sorted?: 'ascending' | 'descending' | undefined;
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
  /** Whether the heads are there to be used, and so stay in a narrow window. */
  isSortable?: boolean;
}

/**
 * A list of things of one kind. In a narrow window each row becomes a block in which every cell says what it is; the
 * roles are there because elements that are not laid out as a table would lose them.
 */
export function Table<Row>({ label, columns, rows, keyOf, isSortable = false }: TableProps<Row>): VNode {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table class={isSortable ? 'rows stacked sorted' : 'rows stacked'} role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ head, above = head, sorted, class: name }) => (
              <th key={head} scope="col" role="columnheader" class={name} aria-sort={sorted}>
                {above}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((column) => cellOf(column, row))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** No component: a page has hundreds of them. */
function cellOf<Row>({ head, cell, isName = false, class: name }: Column<Row>, row: Row): VNode {
  if (isName) {
    return (
      <th key={head} scope="row" role="rowheader" class={name}>
        {cell(row)}
      </th>
    );
  }
  return (
    <td key={head} role="cell" data-label={head} class={name}>
      {cell(row)}
    </td>
  );
}
