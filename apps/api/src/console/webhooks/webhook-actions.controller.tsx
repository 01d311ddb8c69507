import type { Browsing } from '../../auth/browser-sessions.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { DeliveryTrigger } from '../../webhooks/deliveries/delivery-trigger.js';
import { WebhookDeliveries } from '../../webhooks/deliveries/webhook-deliveries.js';
import { WebhookEndpoints } from '../../webhooks/endpoints/webhook-endpoints.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { DeletionView } from './webhook-secret.view.js';
import { failureInWords, WEBHOOKS } from './webhook-words.js';

const WRITE = 'akm:webhooks:write';

/** What is done with an endpoint, and what of it cannot be taken back is asked once more. */
@Pages()
export class WebhookActionPages {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly trigger: DeliveryTrigger,
  ) {}

  @SubmitPage('dashboard/webhooks/:id/test', WRITE)
  async test(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    const { delivery } = await this.deliveries.ping({ caller: person, origin, id });
    const { responseStatus: status, failure } = delivery;
    const answer = status === null ? `did not answer: ${failureInWords(failure ?? 'failed')}` : `answered ${status}`;
    return new SeeOther(`${WEBHOOKS}/${id}`, `The ping was sent, and the endpoint ${answer}.`);
  }

  @SubmitPage('dashboard/webhooks/:id/deliveries/:did/replay', WRITE)
  async replay(
    @PathId() id: string,
    @PathId('did') deliveryId: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.deliveries.replay({ caller: person, origin, id }, deliveryId);
    this.trigger.soon();
    return new SeeOther(`${WEBHOOKS}/${id}`, 'It will be delivered once more, in a moment.');
  }

  @ShowPage('dashboard/webhooks/:id/delete', WRITE)
  async askToDelete(@PathId() id: string, @Visitor() { person }: Browsing): Promise<Page> {
    const endpoint = await this.endpoints.get(person, id);
    return { title: 'Delete the endpoint?', section: 'webhooks', body: <DeletionView endpoint={endpoint} /> };
  }

  @SubmitPage('dashboard/webhooks/:id/delete', WRITE)
  async remove(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.endpoints.remove({ caller: person, origin, id });
    return new SeeOther(WEBHOOKS, 'The endpoint is deleted.');
  }
}
