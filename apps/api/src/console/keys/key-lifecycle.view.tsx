import type { VNode } from 'preact';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import type { Filled } from '../frame/filled.js';
import { Choices, Form } from '../parts/form.js';
import { NUMBER } from '../parts/chart.js';
import { Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Time, TimeOr } from '../parts/time.js';

export const GRACE = [
  { value: '0', label: 'Not at all', hint: 'It stops at once. For a secret that somebody else may have.' },
  { value: '1', label: '1 hour' },
  { value: '6', label: '6 hours' },
  { value: '24', label: '24 hours', hint: 'Time to bring the new secret to where it is used.' },
  { value: '72', label: '3 days' },
  { value: '168', label: '7 days' },
];

export function RotationView({ shown, filled, nonce }: { shown: ApiKeyDto; filled: Filled; nonce: string }): VNode {
  const path = `/dashboard/keys/${shown.id}`;
  return (
    <>
      <Heading
        title={`Rotate ${shown.name}`}
        about="The key gets another secret, shown on the next page. Its id, permissions, limits and log stay."
        up={{ href: path, label: shown.name }}
      />
      <Form action={`${path}/rotate`} filled={filled} class="stack narrow">
        <input type="hidden" name="nonce" value={nonce} />
        <div class="card">
          <Choices name="grace_period_hours" label="How long does the old secret still work?" choices={GRACE} />
        </div>
        {shown.expires_at !== null && (
          <p class="muted">
            The key itself expires <Time at={shown.expires_at} />; no secret of it works longer.
          </p>
        )}
        {shown.status === 'rotating' && (
          <p class="caution">
            <Icon name="alert" />
            <span>
              This key is rotating already. The secret that is retiring now stops at once, so that never more than two
              work.
            </span>
          </p>
        )}
        <div class="actions">
          <button class="primary">Rotate</button>
          <a href={path}>Cancel</a>
        </div>
      </Form>
    </>
  );
}

export function RevocationView({ shown }: { shown: ApiKeyDto }): VNode {
  const path = `/dashboard/keys/${shown.id}`;
  return (
    <>
      <Heading title={`Revoke ${shown.name}?`} up={{ href: path, label: shown.name }} />
      <div class="stack narrow">
        <div class="card stack">
          <p>
            From now on every request with <code>{shown.key_prefix}…</code> is refused with <code>REVOKED</code>.
            Nothing brings a revoked key back. Its log stays.
          </p>
          <p>
            It was used {NUMBER.format(shown.usage_count)} times, last{' '}
            <TimeOr at={shown.last_used_at} otherwise="never" />.
          </p>
        </div>
        <p class="muted">To stop it for a while only, disable it instead.</p>
        <div class="actions">
          <Form action={`${path}/revoke`}>
            <button class="danger sure">Revoke for good</button>
          </Form>
          <a href={path}>Keep it</a>
        </div>
      </div>
    </>
  );
}
