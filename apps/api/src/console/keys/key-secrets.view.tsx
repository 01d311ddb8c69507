import type { VNode } from 'preact';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import type { KeyUsageDto } from '../../keys/key-usage.dto.js';
import type { SecretCaller } from '../../usage/secret-callers.js';
import { Badge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { Form } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { Time, TimeOr } from '../parts/time.js';

/** The secret that is to stop working, and who uses it all the same. */
export interface Retiring {
  readonly prefix: string;
  /** The last one first. */
  readonly callers: readonly SecretCaller[];
}

interface KeySecretsProps {
  shown: ApiKeyDto;
  usage: KeyUsageDto;
  retiring: Retiring | null;
  mayEndGrace: boolean;
}

export function KeySecrets({ shown, usage, retiring, mayEndGrace }: KeySecretsProps): VNode {
  return (
    <section class="section">
      <h2>Secrets</h2>
      {shown.pending_pickup && <Waiting shown={shown} />}
      {shown.secrets.length === 0 ? (
        <p class="muted">No secret of this key works any more.</p>
      ) : (
        <div class="scroll" tabindex={0} role="region" aria-label="Secrets">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Secret</th>
                <th scope="col">State</th>
                <th scope="col">Made</th>
                <th scope="col">Last used</th>
                <th scope="col" class="number">
                  Uses
                </th>
                <th scope="col" class="number">
                  In this period
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.secrets.map((secret) => (
                <tr key={secret.key_prefix}>
                  <th scope="row">
                    <code>{secret.key_prefix}…</code>
                  </th>
                  <td>
                    {secret.grace_period_ends_at === null ? (
                      <Badge tone="good">Current</Badge>
                    ) : (
                      <>
                        <Badge tone="warn">Retiring</Badge> stops <Time at={secret.grace_period_ends_at} />
                      </>
                    )}
                  </td>
                  <td>
                    <Time at={secret.created_at} />
                  </td>
                  <td>
                    <TimeOr at={secret.last_used_at} otherwise="Never" />
                  </td>
                  <td class="number">{NUMBER.format(secret.usage_count)}</td>
                  <td class="number">{NUMBER.format(usesOf(usage, secret.key_prefix))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {retiring && <StillUsed retiring={retiring} id={shown.id} mayEndGrace={mayEndGrace} />}
    </section>
  );
}

function StillUsed({ retiring, id, mayEndGrace }: { retiring: Retiring; id: string; mayEndGrace: boolean }): VNode {
  return (
    <div class="card stack">
      {retiring.callers.length === 0 ? (
        <p>
          <Icon name="check" /> Nobody has used <code>{retiring.prefix}…</code> in this period.
        </p>
      ) : (
        <>
          <p>
            <code>{retiring.prefix}…</code> is still used by:
          </p>
          <ul class="plain counted">
            {retiring.callers.map(({ ip_address, user_agent, uses, last_used_at }) => (
              <li key={`${ip_address ?? ''} ${user_agent ?? ''}`}>
                <code>{ip_address ?? 'unknown'}</code> {user_agent ?? 'no program named'},{' '}
                <span class="muted">
                  {NUMBER.format(uses)} times, <Time at={last_used_at} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {mayEndGrace && (
        <Form action={`/dashboard/keys/${id}/end-grace`}>
          <button>Stop the old secret now</button>
        </Form>
      )}
    </div>
  );
}

function Waiting({ shown }: { shown: ApiKeyDto }): VNode | null {
  return shown.pending_pickup ? (
    <p class="caution">
      <Icon name="clock" />
      <span>
        A new secret was made <Time at={shown.pending_pickup.since} /> and waits to be picked up, with{' '}
        <code>POST /api/v1/keys/{shown.id}/pickup</code>.
      </span>
    </p>
  ) : null;
}

function usesOf(usage: KeyUsageDto, prefix: string): number {
  return usage.secrets.find(({ key_prefix }) => key_prefix === prefix)?.admitted ?? 0;
}
