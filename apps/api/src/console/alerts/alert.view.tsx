import type { VNode } from 'preact';
import type { AnomalyDto, EvidenceDto } from '../../anomaly/anomaly.dto.js';
import { SeverityBadge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { Form } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { linkTo } from '../parts/pager.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { AlertResponse } from './alert-response.view.js';
import { AlertState, KeyOf } from './alert-list.view.js';
import { ALERTS, typeInWords } from './alert-words.js';

interface AlertProps {
  alert: AnomalyDto;
  /** Of keys. */
  names: ReadonlyMap<string, string>;
  /** The alert because of which its key is suspended; null: it is not. */
  suspendedBy: string | null;
  mayWrite?: boolean | undefined;
  mayUndo?: boolean | undefined;
}

export function AlertView({ alert, names, suspendedBy, mayWrite = false, mayUndo = false }: AlertProps): VNode {
  const { severity, api_key_id: keyId, created_at: foundAt } = alert;
  return (
    <>
      <Heading title={typeInWords(alert.anomaly_type)} up={{ href: ALERTS, label: 'Alerts' }}>
        {keyId !== null && (
          <>
            <a class="button" href={linkTo('/dashboard/logs', { api_key_id: keyId })}>
              The key’s log
            </a>
            <a class="button" href={`/dashboard/keys/${keyId}`}>
              Open the key
            </a>
          </>
        )}
      </Heading>
      <p class="states">
        <SeverityBadge severity={severity} />
        <AlertState alert={alert} />
        <span>
          <KeyOf id={keyId} names={names} />, found <Time at={foundAt} />
        </span>
      </p>
      <div class="card stack">
        {alert.description.split('\n').map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {suspendedBy !== null && suspendedBy !== alert.id && (
        <p class="section">
          The key is suspended already, because of <a href={`${ALERTS}/${suspendedBy}`}>another alert</a>.
        </p>
      )}
      <AlertResponse alert={alert} mayUndo={mayUndo} />
      <section class="section">
        <h2>What it rests on</h2>
        <EvidenceTable evidence={alert.evidence} />
      </section>
      {mayWrite && <Answers alert={alert} />}
    </>
  );
}

function EvidenceTable({ evidence }: { evidence: readonly EvidenceDto[] }): VNode {
  return (
    <Table
      label="Evidence"
      rows={evidence}
      keyOf={({ kind }) => kind}
      columns={[
        { head: 'Seen in', isName: true, cell: ({ kind }) => typeInWords(kind) },
        { head: 'Observed', class: 'number', cell: ({ observed }) => NUMBER.format(observed) },
        {
          head: 'Typical',
          class: 'number',
          cell: ({ expected: { from, to } }) =>
            from === to ? NUMBER.format(to) : `${NUMBER.format(from)} to ${NUMBER.format(to)}`,
        },
        { head: 'How rare', cell: ({ rarity }) => rarity },
        { head: 'Since', cell: ({ since }) => <Time at={since} /> },
        { head: 'Rests on', class: 'sentence', cell: ({ facts }) => factsInWords(facts) },
      ]}
    />
  );
}

function factsInWords(facts: EvidenceDto['facts']): string {
  return Object.entries(facts)
    .map(([name, fact]) => `${name.replaceAll('_', ' ')}: ${String(fact)}`)
    .join(' · ');
}

/** What can be said to it, each with what it does. */
function Answers({ alert: { id, resolved, confirmed, api_key_id: keyId } }: { alert: AnomalyDto }): VNode {
  return (
    <section class="section">
      <div class="columns thirds">
        {!resolved && (
          <Form action={`${ALERTS}/${id}/resolve`} class="card stack">
            <h2>Nothing left to do</h2>
            <p class="muted">The alert is closed. What comes later makes another one.</p>
            <div class="actions">
              <button class="primary">Resolve</button>
            </div>
          </Form>
        )}
        {keyId !== null && (
          <Form action={`${ALERTS}/${id}/mute`} class="card stack">
            <h2>It may do that</h2>
            <p class="muted">Closes the alert too, and nothing of this kind is alerted about this key for a while.</p>
            <div class="actions">
              <label class="inline">
                <span>For</span>
                <select name="days">
                  {[7, 30, 90, 365].map((days) => (
                    <option key={days} value={days} selected={days === 30}>
                      {days} days
                    </option>
                  ))}
                </select>
              </label>
              <button>Mute</button>
            </div>
          </Form>
        )}
        {!confirmed && (
          <Form action={`${ALERTS}/${id}/confirm`} class="card stack">
            <h2>It was misuse</h2>
            <p class="muted">
              What the key did then is not counted as a habit of it. To stop it, rotate or revoke the key.
            </p>
            <div class="actions">
              <button class="danger">Confirm misuse</button>
            </div>
          </Form>
        )}
      </div>
    </section>
  );
}
