import type { VNode } from 'preact';
import type { KeyUsageDto } from '../../keys/key-usage.dto.js';
import { Chart, NUMBER } from '../parts/chart.js';
import { dayOf, Time } from '../parts/time.js';
import { type Period, PERIODS } from './period.js';

const LAYERS = [
  { name: 'admitted', label: 'Admitted', tone: 'good' },
  { name: 'refused', label: 'Refused', tone: 'bad' },
] as const;

export function KeyUsageView({ path, period, usage }: { path: string; period: Period; usage: KeyUsageDto }): VNode {
  const points = usage.series.map(({ at, admitted, refused }) => ({ at, values: { admitted, refused } }));
  return (
    <section class="section">
      <div class="section-head">
        <h2>Requests</h2>
        <nav aria-label="Period" class="periods">
          {Object.entries(PERIODS).map(([name, { label }]) => (
            <a key={name} href={`${path}?period=${name}`} aria-current={name === period ? 'true' : undefined}>
              {label}
            </a>
          ))}
        </nav>
      </div>
      <div class="card">
        <Chart
          title={`Requests in the last ${PERIODS[period].label}`}
          layers={LAYERS}
          points={points}
          tick={tickOf(period)}
        />
      </div>
      {usage.admitted + usage.refused > 0 && <Seen usage={usage} />}
    </section>
  );
}

function Seen({ usage }: { usage: KeyUsageDto }): VNode {
  const refusals = Object.entries(usage.outcomes).filter(([outcome]) => outcome !== 'VALID');
  return (
    <div class="columns seen">
      <div>
        <h3>From {plural(usage.addresses_seen, 'address', 'addresses')}</h3>
        <ul class="plain counted">
          {usage.addresses.slice(0, 5).map(({ ip_address, count, last_seen_at }) => (
            <li key={ip_address}>
              <code>{ip_address ?? 'unknown'}</code> <span class="muted small">{NUMBER.format(count)} ·</span>{' '}
              <span class="muted small">
                <Time at={last_seen_at} />
              </span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h3>By {plural(usage.agents_seen, 'program', 'programs')}</h3>
        <ul class="plain counted">
          {usage.agents.slice(0, 5).map(({ user_agent, count }) => (
            <li key={user_agent}>
              <code>{user_agent ?? 'none named'}</code> <span class="muted small">{NUMBER.format(count)}</span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h3>Why refused</h3>
        {refusals.length === 0 && <p class="muted">Nothing was refused.</p>}
        <ul class="plain counted">
          {refusals.map(([outcome, count]) => (
            <li key={outcome}>
              <code>{outcome}</code> <span class="muted small">{NUMBER.format(count)}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

export function plural(count: number, one: string, many: string): string {
  return `${NUMBER.format(count)} ${count === 1 ? one : many}`;
}

function tickOf(period: Period): (at: Date) => string {
  return period === 'day' ? (at) => at.toISOString().slice(11, 16) : dayOf;
}
