import type { VNode } from 'preact';
import type { AuditEntry } from '../../audit/audit-entry.entity.js';
import { ALERTS } from '../alerts/alert-words.js';
import { isByItself } from '../logs/log-words.js';
import { Time } from '../parts/time.js';
import { inWords } from '../parts/words.js';

/** Who did what to a key, and when. */
export function KeyHistoryView({
  history,
  names,
}: {
  history: readonly AuditEntry[];
  names: ReadonlyMap<string, string>;
}) {
  return (
    <section class="section">
      <h2>What was done to it</h2>
      <ol class="timeline">
        {history.map((entry) => (
          <li key={entry.id}>
            <span class="what">{actionInWords(entry.action)}</span>{' '}
            <span class="muted">
              <By entry={entry} names={names} />
              {entry.ipAddress !== null && (
                <>
                  from <code>{entry.ipAddress}</code>,{' '}
                </>
              )}
              <Time at={entry.timestamp} />
            </span>
            <Changes metadata={entry.metadata} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function By({ entry, names }: { entry: AuditEntry; names: ReadonlyMap<string, string> }): VNode | null {
  const { action, userId, requestId } = entry;
  if (isByItself({ action, request_id: requestId })) {
    const alertId = (entry.metadata as { anomaly_id?: unknown } | null)?.anomaly_id;
    if (typeof alertId !== 'string') return <>by akm itself </>;
    return (
      <>
        by akm itself, {action === 'anomaly_detected' ? 'see' : 'because of'}{' '}
        <a href={`${ALERTS}/${alertId}`}>the alert</a>,{' '}
      </>
    );
  }
  return userId === null ? null : <>by {names.get(userId) ?? 'somebody who is gone'} </>;
}

/** What a field was before, and what it is since. */
function Changes({ metadata }: Pick<AuditEntry, 'metadata'>): VNode | null {
  const changes = (metadata as { changes?: Record<string, unknown> } | null)?.changes;
  if (changes === undefined || Object.keys(changes).length === 0) return null;
  return (
    <dl class="changes">
      {Object.entries(changes).map(([field, change]) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd>{isChange(change) ? `${told(change.from)} → ${told(change.to)}` : told(change)}</dd>
        </div>
      ))}
    </dl>
  );
}

function isChange(change: unknown): change is { from: unknown; to: unknown } {
  return typeof change === 'object' && change !== null && 'from' in change;
}

function told(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `api_key_auto_rotated` is `Auto rotated`. */
function actionInWords(action: string): string {
  return inWords(action.replace(/^(?:api_)?key_/, ''));
}
