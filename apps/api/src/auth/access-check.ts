import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allOf, Clock, covers, parseKey } from '#domain';
import { KeyVerifier, presentedKey, rateLimitHeaders, refusal, shownAttempt } from '#guards';
import { problem } from '#problems';
import type { Access } from '../access/access.decorator.js';
import type { KeyPrincipal, PersonPrincipal, Principal } from '../access/principal.js';
import { PageCheck } from './page-check.js';
import { Principals } from './principals.js';

/** The one place that decides who may call a route, by what it declares: behind a controller's guard or without one. */
@Injectable()
export class AccessCheck {
  constructor(
    private readonly principals: Principals,
    private readonly keys: KeyVerifier,
    private readonly pages: PageCheck,
    private readonly clock: Clock,
  ) {}

  /**
   * Who calls; undefined where that is not asked, or where the route itself asks the key. The reply is told what the
   * limits of a key said that calls.
   * @throws Problem for whoever may not.
   */
  async admit(access: Access, request: FastifyRequest, reply: FastifyReply): Promise<Principal | undefined> {
    switch (access.kind) {
      case 'public':
      case 'api_key':
        return undefined;
      case 'person':
        return this.person(request, access.scope);
      case 'scope':
        return showsKey(request) ? this.key(request, reply, access.scope) : this.person(request, access.scope);
      case 'page':
      case 'open_page':
        return this.pages.admit(access, request);
    }
  }

  private async person(request: FastifyRequest, scope: string | undefined): Promise<PersonPrincipal> {
    const token = bearerOf(request);
    const person = token === undefined ? undefined : await this.principals.ofAccessToken(token);
    if (!person) throw problem('UNAUTHENTICATED');
    if (scope !== undefined && !covers(person.scopes, scope)) throw problem('FORBIDDEN');
    return person;
  }

  /** The key itself is asked first, so that its state, address and limits are checked and its use is recorded. */
  private async key(request: FastifyRequest, reply: FastifyReply, scope: string): Promise<KeyPrincipal> {
    const verification = await this.keys.verify(shownAttempt(request, { required: allOf([scope]) }));
    const now = this.clock.now();
    const refused = refusal(verification, now);
    if (refused) throw refused;
    reply.headers(rateLimitHeaders(verification.limits, verification.retryAfterMs, now));
    const key = verification.key && (await this.principals.ofKey(verification.key));
    if (!key) throw problem('UNAUTHENTICATED');
    if (!covers(key.scopes, scope)) throw problem('FORBIDDEN');
    return key;
  }
}

/** Whether nobody is asked here: everybody may, or the route itself asks the key. */
export function asksNobody({ kind }: Access): boolean {
  return kind === 'api_key' || kind === 'public';
}

const BEARER = /^bearer +(\S+) *$/i;

function bearerOf({ headers }: FastifyRequest): string | undefined {
  return BEARER.exec(headers.authorization ?? '')?.[1];
}

/** One credential decides: a bearer token is a person's unless it is written like a key, whatever else was sent. */
function showsKey(request: FastifyRequest): boolean {
  const bearer = bearerOf(request);
  return bearer === undefined ? presentedKey(request.headers) !== null : parseKey(bearer) !== undefined;
}
