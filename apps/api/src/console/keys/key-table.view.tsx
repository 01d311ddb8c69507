import type { VNode } from 'preact';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import type { KeyHour } from '../../usage/key-hours.js';
import { EnvironmentBadge, StatusBadge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { linkTo } from '../parts/pager.js';
import { Spark } from '../parts/spark.js';
import { TimeOr } from '../parts/time.js';

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

/**
 * Sorted by whatever the heads of its columns say, which are links: in a narrow window, where each row becomes a block as
 * those of any table do, they stay.
 */
export function KeyTable({ keys, uses, query, mayWrite }: KeyTableProps): VNode {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Keys">
      <table class="rows stacked sorted" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {mayWrite && (
              <th scope="col" role="columnheader" class="tick">
                <span class="hidden">Ticked</span>
                <input type="checkbox" data-tick-all="id" aria-label="Tick every key on this page" hidden />
              </th>
            )}
            <SortedBy column="name" label="Name" query={query} />
            <th scope="col" role="columnheader">
              Status
            </th>
            <th scope="col" role="columnheader">
              Last {uses.hours} hours
            </th>
            <th scope="col" role="columnheader">
              Last used
            </th>
            <th scope="col" role="columnheader" class="number">
              Uses
            </th>
            <SortedBy column="expires_at" label="Expires" query={query} />
            <SortedBy column="created_at" label="Created" query={query} isDefault />
          </tr>
        </thead>
        <tbody role="rowgroup">
          {keys.map((key) => (
            <tr key={key.id} role="row">
              {mayWrite && (
                <td role="cell" class="tick">
                  <input type="checkbox" name="id" value={key.id} aria-label={`Tick ${key.name}`} />
                </td>
              )}
              <th scope="row" role="rowheader" class="name">
                <a href={`${PATH}/${key.id}`}>{key.name}</a>
                <code class="prefix">{key.key_prefix}…</code>
                <span class="tags">
                  <EnvironmentBadge environment={key.environment} />
                  {key.tags.map((tag) => (
                    <Tag key={tag} tag={tag} />
                  ))}
                </span>
              </th>
              <td role="cell" data-label="Status">
                <StatusBadge status={key.status} />
              </td>
              <td role="cell" data-label={`Last ${uses.hours} hours`}>
                <UsesOf id={key.id} uses={uses} />
              </td>
              <td role="cell" data-label="Last used">
                <TimeOr at={key.last_used_at} otherwise="Never" />
              </td>
              <td role="cell" data-label="Uses" class="number">
                {NUMBER.format(key.usage_count)}
              </td>
              <td role="cell" data-label="Expires">
                <TimeOr at={key.expires_at} otherwise="Never" />
              </td>
              <td role="cell" data-label="Created">
                <TimeOr at={key.created_at} otherwise="" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UsesOf({ id, uses: { from, hours, of } }: { id: string; uses: KeyUses }): VNode {
  const points = (of.get(id) ?? []).map(({ hour, ...uses }) => ({ at: hour, ...uses }));
  return <Spark points={points} from={from} steps={hours} stepMs={HOUR_MS} />;
}

const HOUR_MS = 3_600_000;

function Tag({ tag }: { tag: string }): VNode {
  return (
    <a class="tag" href={linkTo(PATH, { tag })}>
      {tag}
    </a>
  );
}

interface SortedByProps {
  column: string;
  label: string;
  query: Readonly<Record<string, string>>;
  isDefault?: boolean;
}

function SortedBy({ column, label, query, isDefault = false }: SortedByProps): VNode {
  const sort = query['sort'] ?? (isDefault ? `-${column}` : '');
  const isSorted = sort.replace('-', '') === column;
  const isDown = sort.startsWith('-');
  return (
    <th scope="col" role="columnheader" aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : undefined}>
      <a href={linkTo(PATH, { ...query, sort: isSorted && !isDown ? `-${column}` : column })}>
        {label}
        {isSorted && <span aria-hidden="true">{isDown ? ' ↓' : ' ↑'}</span>}
      </a>
    </th>
  );
}
