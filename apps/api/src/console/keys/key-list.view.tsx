import type { VNode } from 'preact';
import { KEY_ENVIRONMENTS } from '#domain';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import { KEY_STATUSES } from '../../keys/list-api-keys.dto.js';
import { Form } from '../parts/form.js';
import { Empty, Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Pager } from '../parts/pager.js';
import { capitalised } from '../parts/words.js';
import { KeyTable, type KeyUses } from './key-table.view.js';

const PATH = '/dashboard/keys';

interface KeyListProps {
  keys: readonly ApiKeyDto[];
  uses: KeyUses;
  total: number;
  page: number;
  pageSize: number;
  query: Readonly<Record<string, string>>;
  mayWrite: boolean;
}

export function KeyListView({ keys, uses, total, page, pageSize, query, mayWrite }: KeyListProps): VNode {
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
          <KeyTable keys={keys} uses={uses} query={query} mayWrite={mayWrite} />
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
          placeholder="Name, prefix, external id"
          maxlength={255}
        />
      </label>
      <label>
        <span>Status</span>
        <select name="status_filter">
          {option('status_filter', '', 'Any')}
          {KEY_STATUSES.map((status) => option('status_filter', status, capitalised(status)))}
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
      <button name="action" value="rotate">
        Rotate…
      </button>
      <button name="action" value="revoke" class="danger">
        Revoke…
      </button>
    </div>
  );
}
