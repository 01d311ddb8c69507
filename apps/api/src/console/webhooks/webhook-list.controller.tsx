import { covers } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import { Users } from '../../auth/users.js';
import { PageQueryDto } from '../../http/page.dto.js';
import { WebhookEndpoints } from '../../webhooks/endpoints/webhook-endpoints.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { WebhookListView } from './webhook-list.view.js';

const PAGE_SIZE = 50;

@Pages()
export class WebhookListPages {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly users: Users,
  ) {}

  @ShowPage('dashboard/webhooks', 'akm:webhooks:read')
  async list(@Visitor() { person, username }: Browsing, @Asked() asked: Query): Promise<Page> {
    const query = await checked(PageQueryDto, { ...asked, page_size: String(PAGE_SIZE) });
    const [endpoints, total] = await this.endpoints.list(person, query);
    const names = covers(person.scopes, 'akm:users:read')
      ? await this.users.namesOf(endpoints.map(({ ownerId }) => ownerId))
      : new Map([[person.userId, username]]);
    return {
      title: 'Webhooks',
      section: 'webhooks',
      body: (
        <WebhookListView
          endpoints={endpoints}
          names={names}
          query={query}
          total={total}
          mayWrite={covers(person.scopes, 'akm:webhooks:write')}
        />
      ),
    };
  }
}
