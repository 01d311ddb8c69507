import type { VNode } from 'preact';
import { DELIVERY_STATES, type WebhookDelivery } from '../../webhooks/deliveries/webhook-delivery.entity.js';
import type { DeliveryRecord } from '../../webhooks/deliveries/webhook-deliveries.js';
import type { ListDeliveriesDto } from '../../webhooks/deliveries/webhook-delivery.dto.js';
import type { WebhookEndpoint } from '../../webhooks/endpoints/webhook-endpoint.entity.js';
import { Badge } from '../parts/badge.js';
import { Copyable } from '../parts/copyable.js';
import { Fact, Facts } from '../parts/facts.js';
import { Form } from '../parts/form.js';
import { Empty, Heading } from '../parts/heading.js';
import { linkTo, Pager } from '../parts/pager.js';
import { Table } from '../parts/table.js';
import { Time, TimeOr } from '../parts/time.js';
import { EndpointState, ownerOf } from './webhook-list.view.js';
import { failureInWords, STATES_IN_WORDS, WEBHOOKS } from './webhook-words.js';

export interface WebhookDetailProps {
  endpoint: WebhookEndpoint;
  /** Of owners. */
  names: ReadonlyMap<string, string>;
  formerSecretEndsAt: Date | null;
  records: readonly DeliveryRecord[];
  query: ListDeliveriesDto;
  total: number;
  mayWrite: boolean;
}

export function WebhookDetailView(props: WebhookDetailProps): VNode {
  const { endpoint, mayWrite } = props;
  const path = `${WEBHOOKS}/${endpoint.id}`;
  return (
    <>
      <Heading title={endpoint.url} up={{ href: WEBHOOKS, label: 'Webhooks' }}>
        {mayWrite && <Actions path={path} isChangeable={endpoint.ownerId !== null} />}
      </Heading>
      <p class="states">
        <EndpointState endpoint={endpoint} />
        <Copyable text={endpoint.id} label="the id" />
      </p>
      <EndpointFacts {...props} />
      <Deliveries {...props} path={path} />
    </>
  );
}

function Actions({ path, isChangeable }: { path: string; isChangeable: boolean }): VNode {
  return (
    <>
      <Form action={`${path}/test`}>
        <button>Send a ping</button>
      </Form>
      {isChangeable && (
        <>
          <a class="button" href={`${path}/edit`}>
            Edit
          </a>
          <a class="button" href={`${path}/change-secret`}>
            Change the secret
          </a>
          <a class="button danger" href={`${path}/delete`}>
            Delete
          </a>
        </>
      )}
    </>
  );
}

function EndpointFacts({ endpoint, names, formerSecretEndsAt }: WebhookDetailProps): VNode {
  const { events, scope, disabledAt, ownerId } = endpoint;
  return (
    <section class="card">
      <Facts>
        {disabledAt !== null && (
          <Fact label="Is told nothing">
            since <Time at={disabledAt} />, because it answered 410 Gone. Saving its URL puts it on again.
          </Fact>
        )}
        <Fact label="Is told of">{events.join(', ')}</Fact>
        <Fact label="Whose">{scope === 'all' ? 'everybody’s' : 'its owner’s own'}</Fact>
        <Fact label="Owner">
          {ownerOf(ownerId, names)}
          {ownerId === null && ': it is set by WEBHOOK_URL, and changed there'}
        </Fact>
        {formerSecretEndsAt !== null && (
          <Fact label="Old secret">
            signs too, until it stops <Time at={formerSecretEndsAt} />
          </Fact>
        )}
        <Fact label="Made">
          <Time at={endpoint.createdAt} />
        </Fact>
      </Facts>
    </section>
  );
}

function Deliveries({ path, records, query, total, mayWrite }: WebhookDetailProps & { path: string }): VNode {
  return (
    <section class="section">
      <div class="section-head">
        <h2>Deliveries</h2>
        <nav class="periods" aria-label="Which deliveries">
          {[undefined, ...DELIVERY_STATES].map((state) => (
            <a
              key={state ?? ''}
              href={linkTo(path, { status: state ?? '' })}
              aria-current={state === query.status ? 'page' : undefined}
            >
              {state === undefined ? 'All' : STATES_IN_WORDS[state]}
            </a>
          ))}
        </nav>
      </div>
      {records.length === 0 ? (
        <Empty title={query.status === undefined ? 'Nothing was sent yet' : 'None of these'}>
          <p class="muted">
            What is sent stays here for 30 days after it was over. A ping shows whether the endpoint answers.
          </p>
        </Empty>
      ) : (
        <>
          <DeliveryTable path={path} records={records} mayWrite={mayWrite} />
          <Pager
            path={path}
            query={{ status: query.status ?? '' }}
            page={query.page}
            pageSize={query.page_size}
            total={total}
            things="deliveries"
          />
        </>
      )}
    </section>
  );
}

function DeliveryTable({
  path,
  records,
  mayWrite,
}: Pick<WebhookDetailProps, 'records' | 'mayWrite'> & { path: string }) {
  return (
    <Table
      label="Deliveries"
      rows={records}
      keyOf={({ delivery }) => delivery.id}
      columns={[
        { head: 'Event', isName: true, class: 'name', cell: (record) => <Event record={record} /> },
        { head: 'State', cell: ({ delivery }) => <State delivery={delivery} /> },
        { head: 'Answer', cell: ({ delivery }) => <Answer delivery={delivery} /> },
        { head: 'Happened', cell: ({ event }) => <Time at={event.occurredAt} /> },
        { head: 'Last tried', cell: ({ delivery }) => <TimeOr at={delivery.lastAttemptAt} otherwise="Not yet" /> },
        {
          head: 'Once more',
          class: 'end',
          cell: ({ delivery: { id, state } }) =>
            mayWrite &&
            state !== 'pending' && (
              <Form action={`${path}/deliveries/${id}/replay`}>
                <button>Replay</button>
              </Form>
            ),
        },
      ]}
    />
  );
}

function Event({ record: { event } }: { record: DeliveryRecord }): VNode {
  return (
    <details>
      <summary>{event.type}</summary>
      <pre class="payload" tabindex={0}>
        {JSON.stringify(event.data, null, 2)}
      </pre>
    </details>
  );
}

function State({ delivery: { state, attempts, nextAttemptAt } }: { delivery: WebhookDelivery }): VNode {
  const tones = { pending: 'warn', delivered: 'good', dead_lettered: 'bad' } as const;
  return (
    <>
      <Badge tone={tones[state]}>{STATES_IN_WORDS[state]}</Badge>
      <span class="below">
        {attempts === 1 ? '1 attempt' : `${attempts} attempts`}
        {state === 'pending' && (
          <>
            , next <Time at={nextAttemptAt} />
          </>
        )}
      </span>
    </>
  );
}

function Answer({ delivery: { responseStatus, failure } }: { delivery: WebhookDelivery }): VNode {
  if (responseStatus !== null) return <>{responseStatus}</>;
  return <span class="muted">{failure === null ? 'none yet' : failureInWords(failure)}</span>;
}
