import type { VNode } from 'preact';
import type { BulkResultDto } from '../../keys/bulk-change.dto.js';
import { Empty } from '../parts/heading.js';

/** Which keys something is about to be done to, and which of them will not have it. */
export function BulkKeys({ results }: { results: readonly BulkResultDto[] }): VNode | null {
  if (results.length === 0) return null;
  return (
    <ul class="plain card">
      {results.map(({ key_id, name, key_prefix, outcome, detail }) => (
        <li key={key_id}>
          <strong>{name}</strong> <code class="muted">{key_prefix}…</code>
          {outcome === 'refused' && <p class="hint">Will be left as it is: {detail}</p>}
        </li>
      ))}
    </ul>
  );
}

/** Whether there is one to which it would be done. */
export function areAnyLeft(results: readonly BulkResultDto[]): boolean {
  return results.some(({ outcome }) => outcome === 'would_do');
}

export function NoneLeft({ results }: { results: readonly BulkResultDto[] }): VNode {
  return (
    <Empty title="Nothing would be done">
      <p class="muted">
        {results.length === 0
          ? 'None of these keys is there, or none is yours: the link may be old.'
          : 'Every one of these keys would be left as it is.'}{' '}
        Tick keys in the list, and choose again.
      </p>
      <a class="button primary" href="/dashboard/keys">
        Go to the keys
      </a>
    </Empty>
  );
}

export function countedKeys(count: number): string {
  return count === 0 ? 'keys' : `${count} ${count === 1 ? 'key' : 'keys'}`;
}
