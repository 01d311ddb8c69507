import type { VNode } from 'preact';
import { EVENT_TYPES } from '../../events/event-type.js';
import type { WebhookEndpoint } from '../../webhooks/endpoints/webhook-endpoint.entity.js';
import type { Filled } from '../frame/filled.js';
import { Choices, Form, TextField } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { EVENTS_IN_WORDS, WEBHOOKS } from './webhook-words.js';

interface WebhookFormProps {
  filled: Filled;
  /** The endpoint that is changed; absent: a new one is made. */
  existing: WebhookEndpoint | undefined;
  /** Of a new one: the same however often the form is sent, so that one endpoint is made. */
  nonce: string | undefined;
  mayHearAll: boolean;
}

export function WebhookFormView({ filled, existing, nonce, mayHearAll }: WebhookFormProps): VNode {
  const path = existing ? `${WEBHOOKS}/${existing.id}` : WEBHOOKS;
  return (
    <>
      <Heading
        title={existing ? 'Edit the endpoint' : 'New endpoint'}
        about={
          existing
            ? 'What has not been delivered yet goes to the new URL.'
            : 'The secret that its messages are signed with is shown once, on the next page.'
        }
        up={existing ? { href: path, label: existing.url } : { href: path, label: 'Webhooks' }}
      />
      <Form action={existing ? `${path}/edit` : `${path}/new`} filled={filled} class="stack narrow">
        {nonce !== undefined && <input type="hidden" name="nonce" value={nonce} />}
        <div class="card stack">
          <TextField
            name="url"
            label="URL"
            placeholder="https://hooks.example.com/akm"
            hint="Messages are posted there. No private addresses."
            maxlength={2048}
            spellcheck={false}
            required
          />
          <Choices name="events" label="Is told of" choices={EVENTS} isMany />
          {mayHearAll && <Choices name="scope" label="Whose" choices={SCOPES} />}
        </div>
        <div class="actions">
          <button class="primary">{existing ? 'Save' : 'Make the endpoint'}</button>
          <a href={path}>Cancel</a>
        </div>
      </Form>
    </>
  );
}

const EVENTS = EVENT_TYPES.map((value) => ({ value, label: value, hint: EVENTS_IN_WORDS[value] }));
const SCOPES = [
  { value: 'own', label: 'own', hint: 'What happens to its owner and their keys.' },
  { value: 'all', label: 'all', hint: 'What happens to anybody, while its owner is an admin.' },
];
