import { covers } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import { Users } from '../../auth/users.js';
import { PathId } from '../../http/uuid.pipe.js';
import { ListDeliveriesDto } from '../../webhooks/deliveries/webhook-delivery.dto.js';
import { WebhookDeliveries } from '../../webhooks/deliveries/webhook-deliveries.js';
import { EndpointSecrets } from '../../webhooks/endpoints/endpoint-secrets.js';
import { WebhookEndpoints } from '../../webhooks/endpoints/webhook-endpoints.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { WebhookDetailView } from './webhook-detail.view.js';

const PAGE_SIZE = 25;

@Pages()
export class WebhookDetailPages {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly secrets: EndpointSecrets,
    private readonly deliveries: WebhookDeliveries,
    private readonly users: Users,
  ) {}

  @ShowPage('dashboard/webhooks/:id', 'akm:webhooks:read')
  async show(@PathId() id: string, @Visitor() { person, username }: Browsing, @Asked() asked: Query): Promise<Page> {
    const endpoint = await this.endpoints.get(person, id);
    const query = await checked(ListDeliveriesDto, { ...asked, page_size: String(PAGE_SIZE) });
    const [records, total] = await this.deliveries.list(person, id, query);
    const maySeePeople = covers(person.scopes, 'akm:users:read');
    return {
      title: endpoint.url,
      section: 'webhooks',
      body: (
        <WebhookDetailView
          endpoint={endpoint}
          names={maySeePeople ? await this.users.namesOf([endpoint.ownerId]) : new Map([[person.userId, username]])}
          formerSecretEndsAt={(await this.secrets.graceEnds([id])).get(id) ?? null}
          records={records}
          query={query}
          total={total}
          mayWrite={covers(person.scopes, 'akm:webhooks:write')}
        />
      ),
    };
  }
}
