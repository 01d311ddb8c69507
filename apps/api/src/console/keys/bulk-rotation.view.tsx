import type { VNode } from 'preact';
import type { IssuedApiKeyDto } from '../../keys/api-key.dto.js';
import type { BulkResultDto } from '../../keys/bulk-change.dto.js';
import type { Filled } from '../frame/filled.js';
import { CopyButton } from '../parts/copyable.js';
import { Choices } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Table } from '../parts/table.js';
import { BulkForm, countedKeys } from './bulk-keys.view.js';
import { GRACE } from './key-lifecycle.view.js';

interface BulkRotationProps {
  results: readonly BulkResultDto[];
  filled: Filled;
  /** The same however often the form is sent, so that each key gets one secret. */
  nonce: string;
}

export function BulkRotationView({ results, filled, nonce }: BulkRotationProps): VNode {
  return (
    <>
      <Heading
        title={`Rotate ${countedKeys(results.length)}`}
        about="Each gets another secret. All of them are shown on the next page, once."
        up={{ href: '/dashboard/keys', label: 'Keys' }}
      />
      <BulkForm action="/dashboard/keys/rotate" results={results} filled={filled}>
        <input type="hidden" name="nonce" value={nonce} />
        <div class="card">
          <Choices name="grace_period_hours" label="How long do the old secrets still work?" choices={GRACE} />
        </div>
        <div class="actions">
          <button class="primary">Rotate</button>
          <a href="/dashboard/keys">Cancel</a>
        </div>
      </BulkForm>
    </>
  );
}

export function RotatedKeysView({ keys }: { keys: readonly IssuedApiKeyDto[] }): VNode {
  return (
    <>
      <Heading title="The new secrets" about="Copy each now, to where its program finds it." />
      <div class="secret card">
        <p class="warning">
          <Icon name="alert" />
          <span>
            <strong>You will not see them again.</strong> akm keeps no copy that could be read: whoever loses one
            rotates its key once more.
          </span>
        </p>
        <Table
          label="The new secrets"
          rows={keys}
          keyOf={({ id }) => id}
          columns={[
            {
              head: 'Key',
              isName: true,
              class: 'name',
              cell: ({ id, name }) => <a href={`/dashboard/keys/${id}`}>{name}</a>,
            },
            { head: 'Secret', class: 'one-time', cell: ({ api_key: secret }) => <code>{secret}</code> },
            {
              head: 'Take it along',
              class: 'end',
              cell: ({ name, api_key: secret }) => <CopyButton text={secret} label={`the secret of ${name}`} />,
            },
          ]}
        />
      </div>
      <p class="section actions">
        <a class="button primary" href="/dashboard/keys">
          I have saved them
        </a>
      </p>
    </>
  );
}
