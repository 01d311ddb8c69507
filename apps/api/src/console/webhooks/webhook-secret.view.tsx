import type { VNode } from 'preact';
import type { WebhookEndpoint } from '../../webhooks/endpoints/webhook-endpoint.entity.js';
import type { Filled } from '../frame/filled.js';
import { Choices, Form } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { OneTimeSecret } from '../reveal/one-time-secret.js';
import { WEBHOOKS } from './webhook-words.js';

export function SecretView({ id, secret }: { id: string; secret: string }): VNode {
  return (
    <>
      <Heading
        title="The secret of the endpoint"
        about="Give it to the program that receives the messages: it tells ours from forged ones by their signature, as Standard Webhooks has it."
      />
      <OneTimeSecret secret={secret} label="the secret">
        If it gets lost, change it for another.
      </OneTimeSecret>
      <p class="section actions">
        <a class="button primary" href={`${WEBHOOKS}/${id}`}>
          I have saved it
        </a>
      </p>
    </>
  );
}

const GRACE = [
  { value: '0', label: 'Not at all', hint: 'It signs nothing from now on. For a secret that somebody else may have.' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '24 hours', hint: 'Time to bring the new secret to the receiver.' },
  { value: '168', label: '7 days' },
];

interface ChangeSecretProps {
  endpoint: WebhookEndpoint;
  filled: Filled;
  /** The same however often the form is sent, so that the secret before is not taken for two. */
  nonce: string;
}

export function ChangeSecretView({ endpoint: { id, url }, filled, nonce }: ChangeSecretProps): VNode {
  const path = `${WEBHOOKS}/${id}`;
  return (
    <>
      <Heading
        title="Change the secret"
        about="The new secret is shown on the next page. Until the old one stops, every message carries a signature by each."
        up={{ href: path, label: url }}
      />
      <Form action={`${path}/change-secret`} filled={filled} class="stack narrow">
        <input type="hidden" name="nonce" value={nonce} />
        <div class="card">
          <Choices name="grace_period_hours" label="How long does the old secret still sign?" choices={GRACE} />
        </div>
        <div class="actions">
          <button class="primary">Change it</button>
          <a href={path}>Cancel</a>
        </div>
      </Form>
    </>
  );
}

export function DeletionView({ endpoint: { id, url } }: { endpoint: WebhookEndpoint }): VNode {
  const path = `${WEBHOOKS}/${id}`;
  return (
    <>
      <Heading title="Delete the endpoint?" up={{ href: path, label: url }} />
      <div class="stack narrow">
        <p class="card">
          <code>{url}</code> is told nothing any more, and what has not been delivered never will be. Its deliveries
          leave with it.
        </p>
        <div class="actions">
          <Form action={`${path}/delete`}>
            <button class="danger sure">Delete for good</button>
          </Form>
          <a href={path}>Keep it</a>
        </div>
      </div>
    </>
  );
}
