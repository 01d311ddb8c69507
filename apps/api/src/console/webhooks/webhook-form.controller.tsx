import { Body, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { covers } from '#domain';
import type { PersonPrincipal } from '../../access/principal.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { newOpaqueToken } from '../../auth/opaque-token.js';
import { EVENT_TYPES } from '../../events/event-type.js';
import { listOf, type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { CreateWebhookDto, UpdateWebhookDto } from '../../webhooks/endpoints/webhook-endpoint.dto.js';
import type { WebhookEndpoint } from '../../webhooks/endpoints/webhook-endpoint.entity.js';
import { WebhookEndpoints } from '../../webhooks/endpoints/webhook-endpoints.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { OneTimeReveal } from '../reveal/one-time-reveal.js';
import { WebhookFormView } from './webhook-form.view.js';
import { secretPage } from './webhook-secret.controller.js';
import { WEBHOOKS } from './webhook-words.js';

const WRITE = 'akm:webhooks:write';

@Pages()
export class WebhookFormPages {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly reveal: OneTimeReveal,
  ) {}

  @ShowPage('dashboard/webhooks/new', WRITE)
  ask(@Visitor() { person }: Browsing): Page {
    return page(person, new Filled({ events: EVENT_TYPES, scope: 'own' }));
  }

  @SubmitPage('dashboard/webhooks/new', WRITE)
  create(
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    return orShowAgain(
      form,
      (filled) => page(person, filled),
      async () => {
        const dto = await checked(CreateWebhookDto, fieldsOf(form));
        const nonce = textOf(form, 'nonce') || newOpaqueToken();
        const make = async (once: IdempotentRequest) =>
          (await this.endpoints.create(person, origin, dto, once)).endpoint;
        return this.reveal.after(person, nonce, reply, secretPage, make);
      },
    );
  }

  @ShowPage('dashboard/webhooks/:id/edit', WRITE)
  async edit(@PathId() id: string, @Visitor() { person }: Browsing): Promise<Page> {
    const endpoint = await this.endpoints.get(person, id);
    const { url, events, scope } = endpoint;
    return page(person, new Filled({ url, events, scope }), endpoint);
  }

  @SubmitPage('dashboard/webhooks/:id/edit', WRITE)
  update(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    return orShowAgain(
      form,
      async (filled) => page(person, filled, await this.endpoints.get(person, id)),
      async () => {
        const dto = await checked(UpdateWebhookDto, fieldsOf(form));
        await this.endpoints.update({ caller: person, origin, id }, dto);
        return new SeeOther(`${WEBHOOKS}/${id}`, 'The endpoint is changed.');
      },
    );
  }
}

function fieldsOf(form: PageForm) {
  const scope = textOf(form, 'scope');
  return { url: textOf(form, 'url').trim(), events: listOf(form, 'events'), ...(scope !== '' && { scope }) };
}

function page({ scopes }: PersonPrincipal, filled: Filled, existing?: WebhookEndpoint): Page {
  const mayHearAll = covers(scopes, 'akm:webhooks:all');
  const nonce = existing ? undefined : filled.text('nonce') || newOpaqueToken();
  return {
    title: existing ? 'Edit the endpoint' : 'New endpoint',
    section: 'webhooks',
    body: <WebhookFormView filled={filled} existing={existing} nonce={nonce} mayHearAll={mayHearAll} />,
  };
}
