import { Body, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Browsing } from '../../auth/browser-sessions.js';
import { newOpaqueToken } from '../../auth/opaque-token.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { ChangeWebhookSecretDto } from '../../webhooks/endpoints/webhook-endpoint.dto.js';
import { WebhookEndpoints } from '../../webhooks/endpoints/webhook-endpoints.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import type { Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { orGone } from '../reveal/gone.js';
import { OneTimeReveal } from '../reveal/one-time-reveal.js';
import { ChangeSecretView, SecretView } from './webhook-secret.view.js';
import { WEBHOOKS } from './webhook-words.js';

const WRITE = 'akm:webhooks:write';

/** The secret of an endpoint: shown once, and changed for another. */
@Pages()
export class WebhookSecretPages {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly reveal: OneTimeReveal,
  ) {}

  @ShowPage('dashboard/webhooks/:id/secret', WRITE)
  async show(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page> {
    const { secret } = orGone(await this.reveal.take<{ id: string; secret: string }>(person, request, reply, id), {
      section: 'webhooks',
      what: 'secret',
      advice: 'If nobody saved it, change it: the endpoint keeps its URL, its events and its deliveries.',
      instead: { label: 'Change the secret', href: `${WEBHOOKS}/${id}/change-secret` },
      back: { label: 'Back to the endpoint', href: `${WEBHOOKS}/${id}` },
    });
    return { title: 'The secret of the endpoint', section: 'webhooks', body: <SecretView id={id} secret={secret} /> };
  }

  @ShowPage('dashboard/webhooks/:id/change-secret', WRITE)
  ask(@PathId() id: string, @Visitor() visitor: Browsing): Promise<Page> {
    return this.page(id, visitor, new Filled({ grace_period_hours: '24' }));
  }

  @SubmitPage('dashboard/webhooks/:id/change-secret', WRITE)
  change(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() visitor: Browsing,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    const { person } = visitor;
    return orShowAgain(
      form,
      (filled) => this.page(id, visitor, filled),
      async () => {
        const hours = textOf(form, 'grace_period_hours');
        const asked = { grace_period_hours: hours === '' ? null : Number(hours) };
        const { grace_period_hours: grace = 24 } = await checked(ChangeWebhookSecretDto, asked);
        const nonce = textOf(form, 'nonce') || newOpaqueToken();
        return this.reveal.after(person, nonce, reply, secretPage, async (once) => {
          await this.endpoints.changeSecret({ caller: person, origin, id }, grace, once);
          return { id };
        });
      },
    );
  }

  private async page(id: string, { person }: Browsing, filled: Filled): Promise<Page> {
    const endpoint = await this.endpoints.get(person, id);
    const nonce = filled.text('nonce') || newOpaqueToken();
    const body = <ChangeSecretView endpoint={endpoint} filled={filled} nonce={nonce} />;
    return { title: 'Change the secret', section: 'webhooks', body };
  }
}

/** Where a new secret of an endpoint is shown. */
export function secretPage(id: string): string {
  return `${WEBHOOKS}/${id}/secret`;
}
