import type { VNode } from 'preact';
import type { KeyAction } from '#domain';
import type { AuditEntry } from '../../audit/audit-entry.entity.js';
import type { User } from '../../auth/user.entity.js';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import type { KeyUsageDto } from '../../keys/key-usage.dto.js';
import { EnvironmentBadge, StatusBadge } from '../parts/badge.js';
import { Copyable } from '../parts/copyable.js';
import { Form } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { KeyFacts } from './key-facts.view.js';
import { KeyHistoryView } from './key-history.view.js';
import { KeySecrets, type Retiring } from './key-secrets.view.js';
import { KeyUsageView } from './key-usage.view.js';
import type { Period } from './period.js';

export interface KeyDetailProps {
  shown: ApiKeyDto;
  owner: User;
  period: Period;
  usage: KeyUsageDto;
  retiring: Retiring | null;
  /** Newest first. */
  history: readonly AuditEntry[];
  names: ReadonlyMap<string, string>;
  may: (action: KeyAction) => boolean;
}

export function KeyDetailView({ shown, owner, period, usage, retiring, history, names, may }: KeyDetailProps): VNode {
  const path = `/dashboard/keys/${shown.id}`;
  return (
    <>
      <Heading
        title={shown.name}
        about={shown.description ?? undefined}
        up={{ href: '/dashboard/keys', label: 'Keys' }}
      >
        <Actions path={path} may={may} />
      </Heading>
      <p class="states">
        <StatusBadge status={shown.status} />
        <EnvironmentBadge environment={shown.environment} />
        {shown.suspended_by !== null && (
          <a href={`/dashboard/alerts/${shown.suspended_by}`}>Suspended because of an alert</a>
        )}
        <Copyable text={shown.id} label="the id" />
      </p>
      <KeyUsageView path={path} period={period} usage={usage} />
      <KeySecrets shown={shown} usage={usage} retiring={retiring} mayEndGrace={may('end_grace')} />
      <KeyFacts shown={shown} owner={owner} />
      <KeyHistoryView history={history} names={names} />
    </>
  );
}

function Actions({ path, may }: { path: string; may: KeyDetailProps['may'] }): VNode {
  return (
    <>
      {may('update') && (
        <a class="button" href={`${path}/edit`}>
          Edit
        </a>
      )}
      {may('rotate') && (
        <a class="button" href={`${path}/rotate`}>
          Rotate
        </a>
      )}
      {may('disable') && (
        <Form action={`${path}/disable`}>
          <button>Disable</button>
        </Form>
      )}
      {may('enable') && (
        <Form action={`${path}/enable`}>
          <button>Enable</button>
        </Form>
      )}
      {may('revoke') && (
        <a class="button danger" href={`${path}/revoke`}>
          Revoke
        </a>
      )}
    </>
  );
}
