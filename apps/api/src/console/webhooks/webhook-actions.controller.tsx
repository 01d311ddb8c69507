import { Body, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Browsing } from '../../auth/browser-sessions.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { DeliveryTrigger } from '../../webhooks/deliveries/delivery-trigger.js';
import { WebhookDeliveries } from '../../webhooks/deliveries/webhook-deliveries.js';
import { ChangeWebhookSecretDto } from '../../webhooks/endpoints/webhook-endpoint.dto.js';
import { WebhookEndpoints } from '../../webhooks/endpoints/webhook-endpoints.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { OneTimeReveal } from '../keys/one-time-reveal.js';
import { ChangeSecretView, DeletionView } from './webhook-secret.view.js';
import { failureInWords, WEBHOOKS } from './webhook-words.js';

const WRITE = 'akm:webhooks:write';

/** What is done with an endpoint, and what of it cannot be taken back is asked once more. */
@Pages()
export class WebhookActionPages {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly trigger: DeliveryTrigger,
    private readonly reveal: OneTimeReveal,
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

  @ShowPage('dashboard/webhooks/:id/change-secret', WRITE)
  askForSecret(@PathId() id: string, @Visitor() visitor: Browsing): Promise<Page> {
    return this.secretPage(id, visitor, new Filled({ grace_period_hours: '24' }));
  }

  @SubmitPage('dashboard/webhooks/:id/change-secret', WRITE)
  changeSecret(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() visitor: Browsing,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    const { person } = visitor;
    return orShowAgain(
      form,
      (filled) => this.secretPage(id, visitor, filled),
      async () => {
        const hours = textOf(form, 'grace_period_hours');
        const asked = { grace_period_hours: hours === '' ? null : Number(hours) };
        const { grace_period_hours: grace = 24 } = await checked(ChangeWebhookSecretDto, asked);
        const { secret } = await this.endpoints.changeSecret({ caller: person, origin, id }, grace);
        await this.reveal.keep(person, reply, id, secret);
        return new SeeOther(`${WEBHOOKS}/${id}/secret`);
      },
    );
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

  private async secretPage(id: string, { person }: Browsing, filled: Filled): Promise<Page> {
    const endpoint = await this.endpoints.get(person, id);
    const body = <ChangeSecretView endpoint={endpoint} filled={filled} />;
    return { title: 'Change the secret', section: 'webhooks', body };
  }
}
