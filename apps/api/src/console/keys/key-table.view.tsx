import type { VNode } from 'preact';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import type { KeyHour } from '../../usage/key-hours.js';
import { EnvironmentBadge, StatusBadge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { linkTo } from '../parts/pager.js';
import { Spark } from '../parts/spark.js';
import { type Column, Table } from '../parts/table.js';
import { Time, TimeOr } from '../parts/time.js';

const PATH = '/dashboard/keys';

/** How the keys of the list were used lately. */
export interface KeyUses {
  /** Milliseconds since the epoch: the start of the first hour. */
  readonly from: number;
  readonly hours: number;
  /** By key id. */
  readonly of: ReadonlyMap<string, readonly KeyHour[]>;
}

interface KeyTableProps {
  keys: readonly ApiKeyDto[];
  uses: KeyUses;
  query: Readonly<Record<string, string>>;
  mayWrite: boolean;
}

/** Sorted by whatever the heads of its columns say, which are links. */
export function KeyTable({ keys, uses, query, mayWrite }: KeyTableProps): VNode {
  const columns: Column<ApiKeyDto>[] = [
    {
      head: 'Name',
      ...sortedBy('name', 'Name', query),
      isName: true,
      class: 'name',
      cell: (key) => <Name shown={key} />,
    },
    { head: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { head: `Last ${uses.hours} hours`, cell: ({ id }) => <UsesOf id={id} uses={uses} /> },
    { head: 'Last used', cell: ({ last_used_at: at }) => <TimeOr at={at} otherwise="Never" /> },
    { head: 'Uses', class: 'number', cell: ({ usage_count: count }) => NUMBER.format(count) },
    {
      head: 'Expires',
      ...sortedBy('expires_at', 'Expires', query),
      cell: ({ expires_at: at }) => <TimeOr at={at} otherwise="Never" />,
    },
    { head: 'Made', ...sortedBy('created_at', 'Made', query), cell: ({ created_at: at }) => <Time at={at} /> },
  ];
  return (
    <Table
      label="Keys"
      rows={keys}
      keyOf={({ id }) => id}
      columns={mayWrite ? [ticks(), ...columns] : columns}
      isSortable
    />
  );
}

function ticks(): Column<ApiKeyDto> {
  return {
    head: 'Ticked',
    above: (
      <>
        <span class="hidden">Ticked</span>
        <input type="checkbox" data-tick-all="id" aria-label="Tick every key on this page" hidden />
      </>
    ),
    class: 'tick',
    cell: ({ id, name }) => <input type="checkbox" name="id" value={id} aria-label={`Tick ${name}`} />,
  };
}

function Name({ shown: { id, name, key_prefix: prefix, environment, tags } }: { shown: ApiKeyDto }): VNode {
  return (
    <>
      <a href={`${PATH}/${id}`}>{name}</a>
      <code class="prefix">{prefix}…</code>
      <span class="tags">
        <EnvironmentBadge environment={environment} />
        {tags.map((tag) => (
          <a key={tag} class="tag" href={linkTo(PATH, { tag })}>
            {tag}
          </a>
        ))}
      </span>
    </>
  );
}

function UsesOf({ id, uses: { from, hours, of } }: { id: string; uses: KeyUses }): VNode {
  const points = (of.get(id) ?? []).map(({ hour, ...uses }) => ({ at: hour, ...uses }));
  return <Spark points={points} from={from} steps={hours} stepMs={HOUR_MS} />;
}

const HOUR_MS = 3_600_000;

/** The newest come first unless something else is asked for. */
const DEFAULT_SORT = '-created_at';

/** A link that sorts by the column, or the other way round, and how it is sorted now. */
function sortedBy(
  column: string,
  label: string,
  query: KeyTableProps['query'],
): Pick<Column<never>, 'above' | 'sorted'> {
  const { sort = DEFAULT_SORT } = query;
  const isSorted = sort.replace('-', '') === column;
  const isDown = sort.startsWith('-');
  return {
    sorted: isSorted ? (isDown ? 'descending' : 'ascending') : undefined,
    above: (
      <a href={linkTo(PATH, { ...query, sort: isSorted && !isDown ? `-${column}` : column })}>
        {label}
        {isSorted && <span aria-hidden="true">{isDown ? ' ↓' : ' ↑'}</span>}
      </a>
    ),
  };
}
