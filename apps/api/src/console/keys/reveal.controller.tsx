import { HttpCode, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { covers } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import type { IssuedApiKeyDto } from '../../keys/api-key.dto.js';
import { ApiKeysService } from '../../keys/api-keys.service.js';
import { serverAddress } from '../front/server-address.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { orGone } from '../reveal/gone.js';
import { OneTimeReveal } from '../reveal/one-time-reveal.js';
import { RevealView, SecretMetaView } from './reveal.view.js';

@Pages()
export class RevealPages {
  constructor(
    private readonly reveal: OneTimeReveal,
    private readonly keys: ApiKeysService,
  ) {}

  @ShowPage('dashboard/keys/:id/secret', 'akm:keys:write')
  async show(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page> {
    const issued = orGone(await this.reveal.take<IssuedApiKeyDto>(person, request, reply, id), {
      section: 'keys',
      what: 'secret',
      advice:
        'If nobody saved it, rotate the key: that makes another secret, and the key keeps its id, its permissions and ' +
        'its log.',
      instead: { label: 'Rotate the key', href: `/dashboard/keys/${id}/rotate` },
      back: { label: 'Back to the key', href: `/dashboard/keys/${id}` },
    });
    const uses = covers(issued.permissions, 'read') ? `${serverAddress(request)}/api/v1/protected/test` : null;
    const body = <RevealView issued={issued} url={uses ?? `${serverAddress(request)}/api/v1/verify`} />;
    return { title: `The secret of ${issued.name}`, section: 'keys', body };
  }

  /** A form and no link: that somebody looked is in the log, so a browser must not do it by itself. */
  @HttpCode(200)
  @SubmitPage('dashboard/keys/:id/secret-meta', 'akm:keys:read')
  async secretMeta(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<Page> {
    const record = await this.keys.get(person, id);
    const meta = await this.keys.reveal(person, origin, record);
    const body = <SecretMetaView id={id} name={record.key.name} meta={meta} />;
    return { title: `Secret meta of ${record.key.name}`, section: 'keys', body };
  }
}

/** Where a new secret of a key is shown. */
export function secretPage(id: string): string {
  return `/dashboard/keys/${id}/secret`;
}
