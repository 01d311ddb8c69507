import type { VNode } from 'preact';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import type { KeyUsageDto } from '../../keys/key-usage.dto.js';
import type { SecretCaller } from '../../usage/secret-callers.js';
import { Badge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { Form } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { Table } from '../parts/table.js';
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
        <Table
          label="Secrets"
          rows={shown.secrets}
          keyOf={({ key_prefix }) => key_prefix}
          columns={[
            { head: 'Secret', isName: true, cell: ({ key_prefix }) => <code>{key_prefix}…</code> },
            { head: 'State', cell: ({ grace_period_ends_at: end }) => <SecretState graceEndsAt={end} /> },
            { head: 'Made', cell: ({ created_at: at }) => <Time at={at} /> },
            { head: 'Last used', cell: ({ last_used_at: at }) => <TimeOr at={at} otherwise="Never" /> },
            { head: 'Uses', class: 'number', cell: ({ usage_count: uses }) => NUMBER.format(uses) },
            {
              head: 'In this period',
              class: 'number',
              cell: ({ key_prefix }) => NUMBER.format(usesOf(usage, key_prefix)),
            },
          ]}
        />
      )}
      {retiring && <StillUsed retiring={retiring} id={shown.id} mayEndGrace={mayEndGrace} />}
    </section>
  );
}

function SecretState({ graceEndsAt }: { graceEndsAt: Date | null }): VNode {
  if (graceEndsAt === null) return <Badge tone="good">Current</Badge>;
  return (
    <span>
      <Badge tone="warn">Retiring</Badge> stops <Time at={graceEndsAt} />
    </span>
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
