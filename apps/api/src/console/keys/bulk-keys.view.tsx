import type { ComponentChildren, VNode } from 'preact';
import type { BulkResultDto } from '../../keys/bulk-change.dto.js';
import type { Filled } from '../frame/filled.js';
import { Form } from '../parts/form.js';
import { Empty } from '../parts/heading.js';

interface BulkFormProps {
  action: string;
  /** Of a dry run. */
  results: readonly BulkResultDto[];
  filled: Filled;
  children: ComponentChildren;
}

/** Which keys something is about to be done to, and the form that does it; no form where nothing would be done. */
export function BulkForm({ action, results, filled, children }: BulkFormProps): VNode {
  return (
    <>
      {results.length > 0 && <Keys results={results} />}
      {results.some(({ outcome }) => outcome === 'would_do') ? (
        <Form action={action} filled={filled} class="stack section narrow">
          {results.map(({ key_id }) => (
            <input key={key_id} type="hidden" name="id" value={key_id} />
          ))}
          {children}
        </Form>
      ) : (
        <NoneLeft results={results} />
      )}
    </>
  );
}

/** Each, and which of them will not have it. */
function Keys({ results }: Pick<BulkFormProps, 'results'>): VNode {
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

function NoneLeft({ results }: Pick<BulkFormProps, 'results'>): VNode {
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
