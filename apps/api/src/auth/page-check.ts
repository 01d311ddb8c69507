import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { covers } from '#domain';
import { problem } from '#problems';
import type { Access } from '../access/access.decorator.js';
import type { PersonPrincipal } from '../access/principal.js';
import { requestOrigin } from '../http/request-origin.js';
import type { PageForm } from '../http/page-form.js';
import { type Browsing, BrowserSessions, SESSION_COOKIE } from './browser-sessions.js';
import { hasFormToken } from './form-token.js';
import { isSameOrigin } from './same-origin.js';

/** A request for a page, and who signed in with the browser that sent it. */
export interface PageRequest extends FastifyRequest {
  browsing?: Browsing | undefined;
}

/** Decides who may see a page of the console, and that what changes something was sent by a page of ours. */
@Injectable()
export class PageCheck {
  constructor(private readonly sessions: BrowserSessions) {}

  /** @throws Problem UNAUTHENTICATED or FORBIDDEN. */
  async admit(
    access: Extract<Access, { kind: 'page' | 'open_page' }>,
    request: PageRequest,
  ): Promise<PersonPrincipal | undefined> {
    const cookie = SESSION_COOKIE.read(request);
    if (cookie !== undefined) request.browsing = await this.sessions.find(cookie, requestOrigin(request));
    if (!SAFE.has(request.method)) assertOwnForm(request);
    if (access.kind === 'open_page') return undefined;
    const person = request.browsing?.person;
    if (!person) throw problem('UNAUTHENTICATED');
    if (access.scope !== undefined && !covers(person.scopes, access.scope)) throw problem('FORBIDDEN');
    return person;
  }
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

function assertOwnForm(request: FastifyRequest): void {
  const form = (request.body ?? {}) as PageForm;
  if (isSameOrigin(request) && hasFormToken(request, form)) return;
  throw problem('FORBIDDEN', { detail: NOT_OURS });
}

const NOT_OURS =
  'This form was not sent by a page that this console showed you, or you have signed in or out since. Nothing was changed. Go back, reload the page and send the form again.';
