import type { ComponentChildren, VNode } from 'preact';
import type { LogEntryDto } from '../../audit/log-entry.dto.js';
import { Copyable } from '../parts/copyable.js';
import { Fact, Facts } from '../parts/facts.js';
import { Heading } from '../parts/heading.js';
import { linkTo } from '../parts/pager.js';
import { exactTime, Time } from '../parts/time.js';
import { Answer, KeyLink } from './log-list.view.js';
import type { NamesInLog } from './log-names.js';
import { actionInWords, isByItself, LOGS } from './log-words.js';

/** Everything that is known of one thing that happened, and the ways to what else happened around it. */
export function LogEntryView({ entry, names }: { entry: LogEntryDto; names: NamesInLog }): VNode {
  const { timestamp, method, endpoint, status_code: status, response_time_ms: took, user_agent: agent } = entry;
  return (
    <>
      <Heading
        title={actionInWords(entry.action)}
        about={
          <>
            {exactTime(timestamp)}, <Time at={timestamp} />
          </>
        }
        up={{ href: LOGS, label: 'Log' }}
      >
        {entry.metadata?.['outcome'] !== undefined && status !== 200 && entry.request_id !== null && (
          <a class="button" href={linkTo('/dashboard/why', { request_id: entry.request_id })}>
            Why was it refused?
          </a>
        )}
      </Heading>
      <div class="columns">
        <section class="card">
          <h2>What</h2>
          <Facts>
            {endpoint !== null && (
              <Fact label="Request">
                <code>
                  {method} {endpoint}
                </code>
              </Fact>
            )}
            {status !== null && (
              <Fact label="Answer">
                <Answer entry={entry} />
              </Fact>
            )}
            {took !== null && <Fact label="Took">{took} ms</Fact>}
            <Metadata metadata={entry.metadata} />
          </Facts>
        </section>
        <section class="card">
          <h2>Who</h2>
          <Facts>
            <Whose entry={entry} names={names} />
            {entry.ip_address !== null && (
              <Fact label="Address">
                <Narrowed by="ip" value={entry.ip_address}>
                  <code>{entry.ip_address}</code>
                </Narrowed>
              </Fact>
            )}
            {agent !== null && <Fact label="User agent">{agent}</Fact>}
            {entry.request_id !== null && (
              <Fact label="Request id">
                <Copyable text={entry.request_id} label="the request id" />{' '}
                <a href={linkTo(LOGS, { q: entry.request_id })}>all of this request</a>
              </Fact>
            )}
            <Fact label="Entry">
              <Copyable text={entry.id} label="the id of the entry" />
            </Fact>
          </Facts>
        </section>
      </div>
    </>
  );
}

function Whose({ entry, names }: { entry: LogEntryDto; names: NamesInLog }) {
  const { api_key_id: keyId, user_id: userId } = entry;
  return (
    <>
      {isByItself(entry) && <Fact label="Done by">akm itself</Fact>}
      {keyId !== null && (
        <Fact label="Key">
          <KeyLink id={keyId} names={names} /> ·{' '}
          <Narrowed by="api_key_id" value={keyId}>
            its log
          </Narrowed>
        </Fact>
      )}
      {userId !== null && (
        <Fact label={isByItself(entry) ? 'Whose it is' : 'Person'}>
          {names.people.get(userId) ?? <code>{userId}</code>} ·{' '}
          <Narrowed by="user_id" value={userId}>
            their log
          </Narrowed>
        </Fact>
      )}
    </>
  );
}

function Narrowed({ by, value, children }: { by: string; value: string; children: ComponentChildren }): VNode {
  return <a href={linkTo(LOGS, { [by]: value })}>{children}</a>;
}

/** What else was written down, whatever it is: a line for each, and for what is nested a line within. */
function Metadata({ metadata }: Pick<LogEntryDto, 'metadata'>): VNode {
  return (
    <>
      {Object.entries(metadata ?? {}).map(([name, value]) => (
        <Fact key={name} label={actionInWords(name)}>
          <Value value={value} />
        </Fact>
      ))}
    </>
  );
}

function Value({ value }: { value: unknown }): VNode {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) {
    return <span class="muted">nothing</span>;
  }
  if (isChange(value)) {
    return (
      <>
        <Value value={value.from} /> → <Value value={value.to} />
      </>
    );
  }
  if (Array.isArray(value)) return <>{value.map((each) => text(each)).join(', ')}</>;
  if (typeof value === 'string' && INSTANT.test(value)) return <>{exactTime(new Date(value))}</>;
  if (typeof value !== 'object') return <>{text(value)}</>;
  return (
    <Facts>
      <Metadata metadata={value as Record<string, unknown>} />
    </Facts>
  );
}

/** As JSON has it. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

function isChange(value: unknown): value is { from: unknown; to: unknown } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
