import type { VNode } from 'preact';
import type { LogEntryDto } from '../../audit/log-entry.dto.js';
import type { Query } from '../frame/asked.decorator.js';
import type { Filled } from '../frame/filled.js';
import { Badge } from '../parts/badge.js';
import { Form } from '../parts/form.js';
import { Empty, Heading } from '../parts/heading.js';
import { linkTo } from '../parts/pager.js';
import type { Trail } from '../parts/trail.js';
import { Table } from '../parts/table.js';
import { LogFilters } from './log-filters.view.js';
import type { NamesInLog } from './log-names.js';
import { actionInWords, isByItself, LOGS, logTime } from './log-words.js';

export interface FoundEntries {
  readonly entries: readonly LogEntryDto[];
  readonly names: NamesInLog;
  /** Where what is older begins; null: nothing is. */
  readonly older: string | null;
  /** What is older than this was not looked at; null: everything was. */
  readonly searchedFrom: Date | null;
}

interface LogListProps {
  filled: Filled;
  filters: Query;
  /** Absent when the filters cannot be. */
  found: FoundEntries | undefined;
  way: Trail;
  isOfEverybody: boolean;
}

export function LogListView({ filled, filters, found, way, isOfEverybody }: LogListProps): VNode {
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <Heading
        title="Log"
        about={
          isOfEverybody
            ? 'Every change, every sign-in and every use of a key, newest first. Times are in UTC.'
            : 'What was done to your keys and with them, newest first. Times are in UTC.'
        }
      >
        <a class="button" href="/dashboard/why">
          Why was it refused?
        </a>
        {isOfEverybody && (
          <a class="button" href={`${LOGS}/integrity`}>
            Verify the log
          </a>
        )}
      </Heading>
      <LogFilters filled={filled} filters={filters} isOfEverybody={isOfEverybody} />
      {found && <About filters={filters} names={found.names} />}
      {found && found.entries.length > 0 && <Entries {...found} />}
      {found?.searchedFrom && <SearchedFrom at={found.searchedFrom} />}
      {found?.entries.length === 0 && found.searchedFrom === null && (
        <Nothing isFiltered={isFiltered || way.cursor !== undefined} />
      )}
      {found && <Pages filters={filters} older={found.older} way={way} />}
      {isOfEverybody && found && <Export filters={filters} />}
    </>
  );
}

/** Whom and what the ids in the filters stand for. */
function About({ filters, names }: { filters: Query; names: NamesInLog }): VNode | null {
  const { api_key_id: keyId = '', user_id: userId = '' } = filters;
  const [key, person] = [names.keys.get(keyId.toLowerCase()), names.people.get(userId.toLowerCase())];
  if (key === undefined && person === undefined) return null;
  return (
    <p class="small">
      {key !== undefined && (
        <>
          Of the key <a href={`/dashboard/keys/${keyId}`}>{key}</a>.{' '}
        </>
      )}
      {person !== undefined && <>By {person}, and with their keys.</>}
    </p>
  );
}

function Entries({ entries, names }: FoundEntries): VNode {
  return (
    <Table
      label="Entries"
      rows={entries}
      keyOf={({ id }) => id}
      columns={[
        { head: 'Time', cell: ({ timestamp }) => <LogTime at={timestamp} /> },
        { head: 'What', isName: true, class: 'name', cell: (entry) => <What entry={entry} /> },
        {
          head: 'Key',
          class: 'of',
          cell: ({ api_key_id: id }) => id !== null && <KeyLink id={id} names={names} />,
        },
        { head: 'Who', cell: (entry) => <Who entry={entry} names={names} /> },
        { head: 'Address', cell: ({ ip_address: address }) => address !== null && <code>{address}</code> },
        { head: 'Answer', cell: (entry) => <Answer entry={entry} /> },
      ]}
    />
  );
}

export function LogTime({ at }: { at: Date }): VNode {
  return <time datetime={at.toISOString()}>{logTime(at)}</time>;
}

function What({ entry }: { entry: LogEntryDto }): VNode {
  return (
    <>
      <a href={`${LOGS}/${entry.id}`}>{actionInWords(entry.action)}</a>
      {entry.endpoint !== null && (
        <span class="below">
          {entry.method} {entry.endpoint}
        </span>
      )}
    </>
  );
}

function Who({ entry, names }: { entry: LogEntryDto; names: NamesInLog }): VNode | null {
  const { user_id: id } = entry;
  if (isByItself(entry)) return <span class="muted">akm itself</span>;
  return id === null ? null : <>{names.people.get(id) ?? <ShortId id={id} />}</>;
}

export function KeyLink({ id, names }: { id: string; names: NamesInLog }): VNode {
  return <a href={`/dashboard/keys/${id}`}>{names.keys.get(id) ?? <ShortId id={id} />}</a>;
}

/** Enough of an id to tell it from others: the end, because the beginning is the time. */
export function ShortId({ id }: { id: string }): VNode {
  return <code title={id}>…{id.slice(-8)}</code>;
}

export function Answer({ entry: { status_code: status, error_message: error } }: { entry: LogEntryDto }): VNode | null {
  if (status === null) return null;
  return (
    <>
      {status < 400 ? <span class="muted">{status}</span> : <Badge tone="bad">{String(status)}</Badge>}
      {error !== null && <span class="below">{error}</span>}
    </>
  );
}

/** Each of two filters may be true of millions of entries, and of hardly one together. */
function SearchedFrom({ at }: { at: Date }): VNode {
  return (
    <p class="muted">
      Looked back to <LogTime at={at} />, which took a while: little matches. “Older” goes on from there.
    </p>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }): VNode {
  if (isFiltered) {
    return (
      <Empty title="Nothing matches">
        <p>
          Ask for less, or <a href={LOGS}>show everything</a>. Uses of keys come here within a second or two.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has happened yet">
      <p class="muted">Whatever is done to your keys, and every request that is made with them, is listed here.</p>
      <a class="button primary" href="/dashboard/keys">
        Go to the keys
      </a>
    </Empty>
  );
}

interface PagesProps {
  filters: Query;
  older: string | null;
  way: Trail;
}

function Pages({ filters, older, way }: PagesProps): VNode | null {
  const newer = way.back();
  if (older === null && way.cursor === undefined) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="actions">
        {way.cursor !== undefined && (
          <a class="button" href={linkTo(LOGS, filters)}>
            Newest
          </a>
        )}
        {newer && (
          <a class="button" rel="prev" href={linkTo(LOGS, { ...filters, ...newer })}>
            Newer
          </a>
        )}
        {older !== null && (
          <a class="button" rel="next" href={linkTo(LOGS, { ...filters, ...way.on(older) })}>
            Older
          </a>
        )}
      </span>
    </nav>
  );
}

function Export({ filters }: { filters: Query }): VNode {
  return (
    <section class="section">
      <h2>Take it away</h2>
      <p class="muted">
        As a file: everything from the time and of the key that are filtered by. Other filters do not narrow it, and
        that you took it is logged.
      </p>
      <Form action={`${LOGS}/export`} class="actions">
        {['api_key_id', 'start_date', 'end_date'].map((name) => (
          <input key={name} type="hidden" name={name} value={filters[name] ?? ''} />
        ))}
        <button name="format" value="csv">
          Download CSV
        </button>
        <button name="format" value="json">
          Download JSON
        </button>
      </Form>
    </section>
  );
}
