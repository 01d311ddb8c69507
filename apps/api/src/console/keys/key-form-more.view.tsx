import type { VNode } from 'preact';
import { CREDITS_MAX } from '../../keys/credits.dto.js';
import { Choices, Select, TextArea, TextField } from '../parts/form.js';

/** What most keys do without. */
export function More({ isEdit }: { isEdit: boolean }): VNode {
  return (
    <details class="card">
      <summary>
        <h2>More</h2>
      </summary>
      <div class="stack">
        <div class="columns">
          <TextField
            name="rotate_every_days"
            label="A new secret every so many days"
            type="number"
            min={1}
            max={365}
            hint="Empty: only by hand. It waits to be picked up."
          />
          <TextField
            name="rotation_grace_hours"
            label="Hours the secret before still works"
            type="number"
            min={1}
            max={168}
          />
        </div>
        <div class="columns">
          <TextArea name="tags" label="Tags" rows={2} hint="One on each line." />
          <TextField
            name="external_id"
            label="External id"
            maxlength={255}
            hint="Your own name for whoever uses the key."
          />
        </div>
        <TextArea
          name="meta"
          label="Meta"
          rows={3}
          placeholder={'{"plan": "gold"}'}
          hint="A JSON object that verification tells along with the verdict."
        />
        <SecretMeta isEdit={isEdit} />
        <Credits isEdit={isEdit} />
      </div>
    </details>
  );
}

function SecretMeta({ isEdit }: { isEdit: boolean }): VNode {
  return (
    <div class="columns">
      <TextArea
        name="secret_meta"
        label="Secret meta"
        rows={3}
        placeholder={'{"crm_token": "…"}'}
        hint={`A JSON object that only the owner of the key reads: sealed in the database, and told to nobody who verifies.${
          isEdit ? ' Empty leaves it as it is.' : ''
        }`}
      />
      {isEdit && (
        <Choices
          name="secret_meta_goes"
          label="What is there now"
          choices={[{ value: 'yes', label: 'take the secret meta away' }]}
          isMany
        />
      )}
    </div>
  );
}

function Credits({ isEdit }: { isEdit: boolean }): VNode {
  const choices = [
    ...(isEdit ? [{ value: 'keep', label: 'as they are now' }] : []),
    { value: 'none', label: 'uses are not paid for' },
    { value: 'counted', label: 'so many are left' },
  ];
  return (
    <div class="columns">
      <Select
        name="has_credits"
        label="Credits"
        choices={choices}
        hint="Uses that were paid for in advance. Without any left, the key is refused."
      />
      <TextField
        name="credits.remaining"
        label="Left"
        type="number"
        min={0}
        max={CREDITS_MAX}
        hint="Counts with “so many are left” only, like the next two."
      />
      <Select
        name="credits.refill.interval"
        label="Filled up again"
        choices={[
          { value: '', label: 'never' },
          { value: 'daily', label: 'every day' },
          { value: 'monthly', label: 'every month' },
        ]}
      />
      <TextField name="credits.refill.amount" label="Up to" type="number" min={1} max={CREDITS_MAX} />
    </div>
  );
}
