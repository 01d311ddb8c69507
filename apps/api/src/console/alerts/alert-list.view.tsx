import type { VNode } from 'preact';
import { ANOMALY_SEVERITIES, type AnomalyDto } from '../../anomaly/anomaly.dto.js';
import { ANOMALY_TYPES } from '../../anomaly/anomaly-type.js';
import type { Query } from '../frame/asked.decorator.js';
import type { Filled } from '../frame/filled.js';
import { Badge, SeverityBadge } from '../parts/badge.js';
import { Filters } from '../parts/filters.js';
import { Select, TextField } from '../parts/form.js';
import { Empty, Heading } from '../parts/heading.js';
import { Pager } from '../parts/pager.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { capitalised } from '../parts/words.js';
import { ACTIONS_IN_WORDS } from './response-words.js';
import { ALERTS, typeInWords } from './alert-words.js';

export interface FoundAlerts {
  readonly alerts: readonly AnomalyDto[];
  /** Of keys. */
  readonly names: ReadonlyMap<string, string>;
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

interface AlertListProps {
  filled: Filled;
  filters: Query;
  /** Absent when the filters cannot be. */
  found: FoundAlerts | undefined;
  /** Whether the visitor may say what is done about alerts. */
  maySet: boolean;
}

export function AlertListView({ filled, filters, found, maySet }: AlertListProps): VNode {
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <Heading title="Alerts" about="What keys did that they do not do by themselves, and what nobody should.">
        {maySet && (
          <a class="button" href={`${ALERTS}/responses`}>
            What is done about them
          </a>
        )}
      </Heading>
      {(isFiltered || found?.total !== 0) && (
        <Filters path={ALERTS} filled={filled} isFiltered={isFiltered}>
          <Select name="type" label="What" choices={TYPES} />
          <Select name="severity" label="How bad" choices={SEVERITIES} />
          <Select name="resolved" label="State" choices={STATES} />
          <TextField name="from" label="From" placeholder="2026-11-22" spellcheck={false} />
          <TextField name="to" label="To" placeholder="2026-11-23" spellcheck={false} />
          <TextField name="api_key_id" label="Key" placeholder="Its id" spellcheck={false} />
        </Filters>
      )}
      {found && (found.total === 0 ? <Nothing isFiltered={isFiltered} /> : <Alerts found={found} filters={filters} />)}
      <Unnoticed />
    </>
  );
}

/** The same as docs/insights.md says, with the figures of the simulation. */
function Unnoticed(): VNode {
  return (
    <p class="muted section">
      No alert does not mean no misuse. From where a key has always been used, a use that grows slowly or comes at odd
      hours is hardly ever noticed, and four in ten bursts and drains are not. Nor is much noticed of a key in its first
      three days, or of one that is hardly ever used.
    </p>
  );
}

const ANY = { value: '', label: 'Any' };
const TYPES = [ANY, ...ANOMALY_TYPES.map((value) => ({ value, label: typeInWords(value) }))];
const SEVERITIES = [ANY, ...[...ANOMALY_SEVERITIES].reverse().map((value) => ({ value, label: capitalised(value) }))];
const STATES = [ANY, { value: 'false', label: 'Open' }, { value: 'true', label: 'Resolved' }];

function Nothing({ isFiltered }: { isFiltered: boolean }): VNode {
  if (isFiltered) {
    return (
      <Empty title="No alert matches">
        <p>
          Ask for less, or <a href={ALERTS}>show all alerts</a>.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing out of the ordinary">
      <p class="muted">
        akm learns what each key does by itself: from where it is used, how often, and what it is refused. What does not
        fit comes here, and goes to your webhooks.
      </p>
      <a class="button" href="/dashboard/webhooks">
        Be told by a webhook
      </a>
    </Empty>
  );
}

function Alerts({
  found: { alerts, names, page, page_size: pageSize, total },
  filters,
}: Pick<AlertListProps, 'filters'> & { found: FoundAlerts }): VNode {
  return (
    <>
      <Table
        label="Alerts"
        rows={alerts}
        keyOf={({ id }) => id}
        columns={[
          {
            head: 'What',
            isName: true,
            class: 'sentence',
            cell: ({ id, anomaly_type: type, description }) => (
              <>
                <a href={`${ALERTS}/${id}`}>{typeInWords(type)}</a>
                <span class="below">{description.split('\n')[0]}</span>
              </>
            ),
          },
          { head: 'How bad', cell: ({ severity }) => <SeverityBadge severity={severity} /> },
          { head: 'Key', class: 'of', cell: ({ api_key_id: id }) => <KeyOf id={id} names={names} /> },
          { head: 'Found', cell: ({ created_at: at }) => <Time at={at} /> },
          { head: 'State', cell: (alert) => <AlertState alert={alert} /> },
        ]}
      />
      <Pager path={ALERTS} query={filters} page={page} pageSize={pageSize} total={total} things="alerts" />
    </>
  );
}

export function KeyOf({ id, names }: { id: string | null; names: ReadonlyMap<string, string> }): VNode {
  if (id === null) return <span class="muted">none that anybody has</span>;
  return <a href={`/dashboard/keys/${id}`}>{names.get(id) ?? id}</a>;
}

export function AlertState({ alert }: { alert: AnomalyDto }): VNode {
  const { action_taken: action, response } = alert;
  const done = response?.undone_at === null ? ACTIONS_IN_WORDS[action] : null;
  return (
    <>
      <Opinion alert={alert} />
      {done !== null && (
        <>
          {' '}
          <Badge tone={action === 'suspended' || action === 'throttled' ? 'bad' : 'plain'}>{done}</Badge>
        </>
      )}
    </>
  );
}

function Opinion({ alert: { resolved, confirmed } }: { alert: AnomalyDto }): VNode {
  if (confirmed) return <Badge tone="bad">{resolved ? 'Misuse, resolved' : 'Misuse'}</Badge>;
  return resolved ? <Badge tone="plain">Resolved</Badge> : <Badge tone="warn">Open</Badge>;
}
