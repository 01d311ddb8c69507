import type { VNode } from 'preact';
import type { BulkResultDto } from '../../keys/bulk-change.dto.js';
import type { Filled } from '../frame/filled.js';
import { TextField } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { BulkForm, countedKeys } from './bulk-keys.view.js';

/** What is to be typed to revoke so many keys. */
export function wordsFor(count: number): string {
  return `revoke ${count} ${count === 1 ? 'key' : 'keys'}`;
}

export function BulkRevocationView({ results, filled }: { results: readonly BulkResultDto[]; filled: Filled }): VNode {
  const words = wordsFor(results.length);
  return (
    <>
      <Heading
        title={`Revoke ${countedKeys(results.length)}?`}
        about="From now on every request with one of these keys is refused. Nothing brings a revoked key back."
        up={{ href: '/dashboard/keys', label: 'Keys' }}
      />
      <BulkForm action="/dashboard/keys/revoke" results={results} filled={filled}>
        <TextField
          name="confirmation"
          label={`Type “${words}” to go on`}
          autocomplete="off"
          spellcheck={false}
          required
        />
        <div class="actions">
          <button class="danger sure">Revoke for good</button>
          <a href="/dashboard/keys">Keep them</a>
        </div>
      </BulkForm>
    </>
  );
}
