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

/** Sorted by whatever the heads of its columns say, which are links. */
export function KeyTable({ keys, uses, query, mayWrite }: KeyTableProps): VNode {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Keys">
      <table class="rows">
        <thead>
          <tr>
            {mayWrite && (
              <th scope="col" class="tick">
                <span class="hidden">Ticked</span>
                <input type="checkbox" data-tick-all="id" aria-label="Tick every key on this page" hidden />
              </th>
            )}
            <SortedBy column="name" label="Name" query={query} />
            <th scope="col">Status</th>
            <th scope="col">Last {uses.hours} hours</th>
            <th scope="col">Last used</th>
            <th scope="col" class="number">
              Uses
            </th>
            <SortedBy column="expires_at" label="Expires" query={query} />
            <SortedBy column="created_at" label="Created" query={query} isDefault />
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              {mayWrite && (
                <td class="tick">
                  <input type="checkbox" name="id" value={key.id} aria-label={`Tick ${key.name}`} />
                </td>
              )}
              <th scope="row" class="name">
                <a href={`${PATH}/${key.id}`}>{key.name}</a>
                <code class="prefix">{key.key_prefix}…</code>
                <span class="tags">
                  <EnvironmentBadge environment={key.environment} />
                  {key.tags.map((tag) => (
                    <Tag key={tag} tag={tag} />
                  ))}
                </span>
              </th>
              <td>
                <StatusBadge status={key.status} />
              </td>
              <td>
                <UsesOf id={key.id} uses={uses} />
              </td>
              <td>
                <TimeOr at={key.last_used_at} otherwise="Never" />
              </td>
              <td class="number">{NUMBER.format(key.usage_count)}</td>
              <td>
                <TimeOr at={key.expires_at} otherwise="Never" />
              </td>
              <td>
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
    <th scope="col" aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : undefined}>
      <a href={linkTo(PATH, { ...query, sort: isSorted && !isDown ? `-${column}` : column })}>
        {label}
        {isSorted && <span aria-hidden="true">{isDown ? ' ↓' : ' ↑'}</span>}
      </a>
    </th>
  );
}
