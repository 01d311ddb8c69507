import { Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { covers } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import { PathId } from '../../http/uuid.pipe.js';
import { serverAddress } from '../front/server-address.js';
import { type Page, PageRefusal } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { OneTimeReveal } from './one-time-reveal.js';
import { GoneView, RevealView } from './reveal.view.js';

@Pages()
export class RevealPages {
  constructor(private readonly reveal: OneTimeReveal) {}

  @ShowPage('dashboard/keys/:id/secret', 'akm:keys:write')
  async show(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page> {
    // Whoever only asks for the headers has not seen it.
    const issued = request.method === 'GET' ? await this.reveal.take(person, request, reply) : undefined;
    if (issued?.id !== id) {
      throw new PageRefusal(410, { title: 'Shown already', section: 'keys', body: <GoneView keyId={id} /> });
    }
    const uses = covers(issued.permissions, 'read') ? `${serverAddress(request)}/api/v1/protected/test` : null;
    const body = <RevealView issued={issued} url={uses ?? `${serverAddress(request)}/api/v1/verify`} />;
    return { title: `The secret of ${issued.name}`, section: 'keys', body };
  }
}
