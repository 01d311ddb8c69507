import type { VNode } from 'preact';
import type { BulkResultDto } from '../../keys/bulk-change.dto.js';

/** Which keys something is about to be done to, and which of them will not have it. */
export function BulkKeys({ results }: { results: readonly BulkResultDto[] }): VNode {
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
