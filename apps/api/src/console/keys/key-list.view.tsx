import type { VNode } from 'preact';
import { KEY_ENVIRONMENTS } from '#domain';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import { KEY_STATUSES } from '../../keys/list-api-keys.dto.js';
import { EnvironmentBadge, StatusBadge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { Form } from '../parts/form.js';
import { Empty, Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { linkTo, Pager } from '../parts/pager.js';
import { TimeOr } from '../parts/time.js';

const PATH = '/dashboard/keys';

interface KeyListProps {
  keys: readonly ApiKeyDto[];
  total: number;
  page: number;
  pageSize: number;
  query: Readonly<Record<string, string>>;
  mayWrite: boolean;
}

export function KeyListView({ keys, total, page, pageSize, query, mayWrite }: KeyListProps): VNode {
  const isFiltered = Object.keys(query).some((name) => name !== 'sort');
  return (
    <>
      <Heading title="Keys">
        {mayWrite && (total > 0 || isFiltered) && (
          <a class="button primary" href={`${PATH}/new`}>
            <Icon name="plus" />
            New key
          </a>
        )}
      </Heading>
      {total === 0 && !isFiltered ? <NoKeys mayWrite={mayWrite} /> : <Filters query={query} isFiltered={isFiltered} />}
      {total === 0 && isFiltered && (
        <Empty title="No key matches">
          <p>
            Ask for less, or <a href={PATH}>show all keys</a>.
          </p>
        </Empty>
      )}
      {keys.length > 0 && (
        <Form action={`${PATH}/selected`}>
          <KeyTable keys={keys} query={query} mayWrite={mayWrite} />
          {mayWrite && <BulkActions />}
          <Pager path={PATH} query={query} page={page} pageSize={pageSize} total={total} things="keys" />
        </Form>
      )}
    </>
  );
}

function NoKeys({ mayWrite }: { mayWrite: boolean }): VNode {
  return (
    <Empty title="No keys yet">
      <p class="muted">
        A key lets a program call a service. akm checks it on every request, and knows who uses it, from where and how
        often.
      </p>
      {mayWrite && (
        <a class="button primary" href={`${PATH}/new`}>
          Make the first key
        </a>
      )}
      <p class="small">
        <a href="/">Make it from the command line</a> instead, or read the <a href="/docs">API reference</a>.
      </p>
    </Empty>
  );
}

function Filters({ query, isFiltered }: { query: Readonly<Record<string, string>>; isFiltered: boolean }): VNode {
  const option = (name: string, value: string, label: string) => (
    <option value={value} selected={query[name] === value}>
      {label}
    </option>
  );
  return (
    <form method="get" action={PATH} class="filters" role="search">
      <label class="wide">
        <span>Search</span>
        <input
          name="q"
          type="search"
          value={query['q'] ?? ''}
          placeholder="Name, prefix or external id"
          maxlength={255}
        />
      </label>
      <label>
        <span>Status</span>
        <select name="status_filter">
          {option('status_filter', '', 'Any')}
          {KEY_STATUSES.map((status) => option('status_filter', status, status))}
        </select>
      </label>
      <label>
        <span>Environment</span>
        <select name="environment">
          {option('environment', '', 'Any')}
          {KEY_ENVIRONMENTS.map((environment) => option('environment', environment, environment))}
        </select>
      </label>
      <label>
        <span>Not used for</span>
        <select name="unused_for_days">
          {option('unused_for_days', '', 'Any time')}
          {option('unused_for_days', '30', '30 days')}
          {option('unused_for_days', '90', '90 days')}
        </select>
      </label>
      <label>
        <span>Expires within</span>
        <select name="expiring_within_days">
          {option('expiring_within_days', '', 'Any time')}
          {option('expiring_within_days', '7', '7 days')}
          {option('expiring_within_days', '30', '30 days')}
        </select>
      </label>
      {['sort', 'tag', 'owner_id'].map(
        (name) => query[name] !== undefined && <input key={name} type="hidden" name={name} value={query[name]} />,
      )}
      <span class="actions">
        <button>Filter</button>
        {isFiltered && <a href={PATH}>Clear</a>}
      </span>
    </form>
  );
}

function KeyTable({ keys, query, mayWrite }: Pick<KeyListProps, 'keys' | 'query' | 'mayWrite'>): VNode {
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
            <th scope="col">Key</th>
            <th scope="col">Status</th>
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
                <span class="tags">
                  <EnvironmentBadge environment={key.environment} />
                  {key.tags.map((tag) => (
                    <Tag key={tag} tag={tag} />
                  ))}
                </span>
              </th>
              <td>
                <code class="prefix">{key.key_prefix}…</code>
              </td>
              <td>
                <StatusBadge status={key.status} />
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

function BulkActions(): VNode {
  return (
    <div class="bulk" role="group" aria-label="What to do with the ticked keys">
      <span class="muted">Ticked keys:</span>
      <button name="action" value="disable">
        Disable
      </button>
      <button name="action" value="enable">
        Enable
      </button>
      <button name="action" value="revoke" class="danger">
        Revoke…
      </button>
    </div>
  );
}
