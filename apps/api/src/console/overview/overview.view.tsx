import type { VNode } from 'preact';
import type { KeyStatus } from '#domain';
import type { AnomalyDto } from '../../anomaly/anomaly.dto.js';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import { KEY_STATUSES, type ListApiKeysDto } from '../../keys/list-api-keys.dto.js';
import { ALERTS, typeInWords } from '../alerts/alert-words.js';
import { StatusBadge } from '../parts/badge.js';
import { Chart, NUMBER, type Point } from '../parts/chart.js';
import { Empty, Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { linkTo } from '../parts/pager.js';
import { Time, TimeOr } from '../parts/time.js';

/** Alerts that nobody has dealt with. */
export interface OpenAlerts {
  readonly total: number;
  readonly newest: readonly AnomalyDto[];
}

/** Keys that somebody should look at, and why. */
export interface KeysInNeed {
  readonly why: string;
  /** What the list of keys shows them by. */
  readonly shownBy: Partial<ListApiKeysDto>;
  readonly total: number;
  readonly keys: readonly ApiKeyDto[];
}

interface OverviewProps {
  counts: Readonly<Record<KeyStatus, number>>;
  hours: readonly Point[];
  alerts: OpenAlerts;
  keys: readonly KeysInNeed[];
  seesAll: boolean;
  hasOneTimePassword: boolean;
}

const LAYERS = [
  { name: 'admitted', label: 'Admitted', tone: 'good' },
  { name: 'limited', label: 'Limited', tone: 'warn' },
  { name: 'refused', label: 'Refused', tone: 'bad' },
] as const;

export function OverviewView({ counts, hours, alerts, keys, seesAll, hasOneTimePassword }: OverviewProps): VNode {
  const total = KEY_STATUSES.reduce((sum, status) => sum + counts[status], 0);
  return (
    <>
      <Heading title="Dashboard" about={seesAll ? 'The keys of everybody.' : 'Your keys.'} />
      {hasOneTimePassword && <ChoosePassword />}
      {total === 0 ? <Start /> : <Counts counts={counts} />}
      <section class="section">
        <h2>Requests in the last 24 hours</h2>
        <div class="card">
          <Chart
            title="Requests in the last 24 hours"
            layers={LAYERS}
            points={hours}
            tick={(at) => at.toISOString().slice(11, 16)}
          />
        </div>
      </section>
      {total + alerts.total > 0 && <NeedsAttention alerts={alerts} keys={keys.filter((each) => each.total > 0)} />}
    </>
  );
}

function NeedsAttention({ alerts, keys }: Pick<OverviewProps, 'alerts' | 'keys'>): VNode {
  return (
    <section class="section">
      <h2>Needs attention</h2>
      {alerts.total + keys.length === 0 && (
        <p class="muted">
          <Icon name="check" /> Nothing does: no alert is open, no key is suspended or expires within a week, and none
          has gone unused for 90 days.
        </p>
      )}
      <div class="columns">
        {alerts.total > 0 && <AlertCard alerts={alerts} />}
        {keys.map((each) => (
          <KeyCard key={each.why} inNeed={each} />
        ))}
      </div>
    </section>
  );
}

function Counts({ counts }: { counts: OverviewProps['counts'] }): VNode {
  return (
    <ul class="counts" aria-label="Keys by status">
      {KEY_STATUSES.map((status) => (
        <li key={status}>
          <a href={linkTo('/dashboard/keys', { status_filter: status })}>
            <span class={counts[status] === 0 ? 'figure muted' : 'figure'}>{NUMBER.format(counts[status])}</span>
            <StatusBadge status={status} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function AlertCard({ alerts: { total, newest } }: { alerts: OpenAlerts }): VNode {
  return (
    <div class="card stack tight">
      <h3>
        Open: {NUMBER.format(total)} {total === 1 ? 'alert' : 'alerts'}
      </h3>
      <ul class="plain counted">
        {newest.map(({ id, anomaly_type: type, severity, created_at: at }) => (
          <li key={id}>
            <a href={`${ALERTS}/${id}`}>{typeInWords(type)}</a>{' '}
            <span class="muted small">
              {severity}, found <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
      {total > newest.length && <a href={linkTo(ALERTS, { resolved: 'false' })}>Show all of them</a>}
    </div>
  );
}

function KeyCard({ inNeed: { why, shownBy, total, keys } }: { inNeed: KeysInNeed }): VNode {
  const query = Object.fromEntries(Object.entries(shownBy).map(([name, value]) => [name, String(value)]));
  return (
    <div class="card stack tight">
      <h3>
        {why}: {NUMBER.format(total)} {total === 1 ? 'key' : 'keys'}
      </h3>
      <ul class="plain counted">
        {keys.map((key) => (
          <li key={key.id}>
            <a href={`/dashboard/keys/${key.id}`}>{key.name}</a>{' '}
            <span class="muted small">
              expires <TimeOr at={key.expires_at} otherwise="never" />
            </span>
          </li>
        ))}
      </ul>
      {total > keys.length && <a href={linkTo('/dashboard/keys', query)}>Show all of them</a>}
    </div>
  );
}

function Start(): VNode {
  return (
    <Empty title="Make the first key">
      <p class="muted">
        A key lets a program call a service. akm checks it on every request, and tells here what it saw.
      </p>
      <a class="button primary" href="/dashboard/keys/new">
        New key
      </a>
    </Empty>
  );
}

function ChoosePassword(): VNode {
  return (
    <p class="caution" role="status">
      <Icon name="alert" />
      <span>
        Your password was given to you and does not work a second time. <a href="/dashboard/profile">Choose your own</a>{' '}
        now, before you sign out.
      </span>
    </p>
  );
}
