import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '#problems';
import { PageRenderer } from './page-renderer.js';
import { problemPage } from './problem-page.js';

/** Shows as a page what the gate refuses before any page is asked: a control character in an address, for instance. */
@Injectable()
export class RefusedPages {
  constructor(private readonly renderer: PageRenderer) {}

  /** False, having answered nothing, where no page was asked for. */
  readonly show = (request: FastifyRequest, reply: FastifyReply, refusal: Problem): boolean => {
    if (!PAGE.test(request.url)) return false;
    void reply.code(refusal.status);
    void reply.send(this.renderer.render(request, reply, problemPage(refusal.body(request.id))));
    return true;
  };
}

const PAGE = /^\/(?:(?:dashboard|login|register)(?:[/?]|$)|\?|$)/;
