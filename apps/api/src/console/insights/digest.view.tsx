import type { ComponentChildren, VNode } from 'preact';
import type { DigestKeyDto, InsightDigestDto } from '../../insights/digest/insight-digest.dto.js';
import { NUMBER } from '../parts/chart.js';
import { Fact, Facts } from '../parts/facts.js';
import { Time } from '../parts/time.js';

/** What a week brought that alerts nobody. */
export function DigestView({ digest }: { digest: InsightDigestDto }): VNode {
  const { week, drifting, dormant, unused, evidence, alerts } = digest;
  const isQuiet = [drifting, dormant, unused, evidence, alerts].every((list) => list.length === 0);
  return (
    <section class="section">
      <h2>
        The week from <Time at={new Date(week)} />
      </h2>
      <div class="card">
        {isQuiet && <p class="muted">Nothing in it is worth a look.</p>}
        <Facts>
          <Line label="Used more or less than usual" keys={drifting}>
            {({ uses, usual }) => `${NUMBER.format(uses)} times, usually ${NUMBER.format(usual)}`}
          </Line>
          <Line label="Not used for a month" keys={dormant} />
          <Line label="Not used for 90 days, or ever" keys={unused} />
          <Line label="Too little for an alert" keys={evidence}>
            {({ kind, day }) => `${kind.replaceAll('_', ' ')}, ${day}`}
          </Line>
          {alerts.length > 0 && (
            <Fact label="Alerts">
              {alerts
                .map(({ count, severity, action_taken: action }) =>
                  [NUMBER.format(count), severity, action === 'notified' ? '' : action.replaceAll('_', ' ')]
                    .filter(Boolean)
                    .join(' '),
                )
                .join(', ')}
            </Fact>
          )}
        </Facts>
      </div>
    </section>
  );
}

function Line<Key extends DigestKeyDto>({
  label,
  keys,
  children,
}: {
  label: string;
  keys: readonly Key[];
  children?: (key: Key) => ComponentChildren;
}): VNode | null {
  if (keys.length === 0) return null;
  return (
    <Fact label={label}>
      {keys.map((key, index) => (
        <span key={`${key.key_id} ${index}`}>
          {index > 0 && ', '}
          <a href={`/dashboard/keys/${key.key_id}`}>{key.key_name}</a>
          {children && <span class="muted"> {children(key)}</span>}
        </span>
      ))}
    </Fact>
  );
}
