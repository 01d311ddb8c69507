import type { VNode } from 'preact';
import type { PageQueryDto } from '../../http/page.dto.js';
import type { WebhookEndpoint } from '../../webhooks/endpoints/webhook-endpoint.entity.js';
import { Badge } from '../parts/badge.js';
import { Empty, Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Pager } from '../parts/pager.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { WEBHOOKS } from './webhook-words.js';

interface WebhookListProps {
  endpoints: readonly WebhookEndpoint[];
  /** Of owners. */
  names: ReadonlyMap<string, string>;
  query: PageQueryDto;
  total: number;
  mayWrite: boolean;
}

export function WebhookListView({ endpoints, names, query, total, mayWrite }: WebhookListProps): VNode {
  return (
    <>
      <Heading title="Webhooks" about="Addresses of yours that akm tells what happens to keys, in signed messages.">
        {mayWrite && total > 0 && (
          <a class="button primary" href={`${WEBHOOKS}/new`}>
            <Icon name="plus" />
            New endpoint
          </a>
        )}
      </Heading>
      {total === 0 ? (
        <NoEndpoints mayWrite={mayWrite} />
      ) : (
        <>
          <Table
            label="Endpoints"
            rows={endpoints}
            keyOf={({ id }) => id}
            columns={[
              {
                head: 'URL',
                isName: true,
                class: 'name',
                cell: ({ id, url }) => <a href={`${WEBHOOKS}/${id}`}>{url}</a>,
              },
              { head: 'State', cell: (endpoint) => <EndpointState endpoint={endpoint} /> },
              { head: 'Is told', cell: ({ events, scope }) => <IsTold events={events} scope={scope} /> },
              { head: 'Owner', cell: ({ ownerId }) => ownerOf(ownerId, names) },
              { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
            ]}
          />
          <Pager
            path={WEBHOOKS}
            query={{}}
            page={query.page}
            pageSize={query.page_size}
            total={total}
            things="endpoints"
          />
        </>
      )}
    </>
  );
}

function NoEndpoints({ mayWrite }: { mayWrite: boolean }): VNode {
  return (
    <Empty title="Nobody is told yet">
      <p class="muted">
        An endpoint gets a message when a key is made, rotated, about to expire or used as never before, so that nobody
        has to look here for it. Messages are signed as Standard Webhooks has it, and are tried for a day.
      </p>
      {mayWrite && (
        <a class="button primary" href={`${WEBHOOKS}/new`}>
          Make the first endpoint
        </a>
      )}
    </Empty>
  );
}

export function EndpointState({ endpoint: { disabledAt } }: { endpoint: WebhookEndpoint }): VNode {
  return disabledAt === null ? <Badge tone="good">Active</Badge> : <Badge tone="bad">Answered 410 Gone</Badge>;
}

function IsTold({ events, scope }: Pick<WebhookEndpoint, 'events' | 'scope'>): VNode {
  return (
    <>
      {events.length === 1 ? events[0] : `${events.length} kinds of events`}
      {scope === 'all' && <span class="below">of everybody</span>}
    </>
  );
}

export function ownerOf(ownerId: string | null, names: ReadonlyMap<string, string>): string {
  return ownerId === null ? 'the configuration' : (names.get(ownerId) ?? 'somebody else');
}
