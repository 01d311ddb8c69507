import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { Clock } from '#domain';
import { formTokenFor } from '../../auth/form-token.js';
import type { PageRequest } from '../../auth/page-check.js';
import { Assets } from '../assets/assets.js';
import { FrameContext } from './frame.js';
import { Layout } from './layout.js';
import { leaveNotice, takeNotice } from './notice.js';
import type { Page, SeeOther } from './page.js';

/** Turns pages into HTML. Every text in them is escaped: nothing here, and nothing in a page, inserts markup as it is. */
@Injectable()
export class PageRenderer {
  constructor(
    private readonly clock: Clock,
    private readonly assets: Assets,
  ) {}

  render(request: PageRequest, reply: FastifyReply, page: Page): string {
    const frame = {
      now: this.clock.now(),
      formToken: formTokenFor(request, reply),
      browsing: request.browsing,
      notice: takeNotice(request, reply),
      requestId: request.id,
      styles: this.assets.styles,
      script: this.assets.script,
      icon: this.assets.icon,
    };
    void reply.type('text/html; charset=utf-8').headers(PAGE_HEADERS);
    // As a header it is known to every browser, and no script is needed.
    if (page.again) void reply.header('refresh', `${page.again.seconds}; url=${page.again.href}`);
    return `<!doctype html>${renderToString(h(FrameContext.Provider, { value: frame }, h(Layout, { page })))}`;
  }

  sendOn(reply: FastifyReply, { location, notice }: SeeOther): string {
    if (notice !== undefined) leaveNotice(reply, notice);
    void reply.header('location', location);
    return '';
  }
}

/** Nothing but our own files, nothing inline, no frame. That answers are not stored, and of their type, holds for all of them. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // Without a referrer, browsers would not tell the origin of a form either.
  'referrer-policy': 'same-origin',
};
