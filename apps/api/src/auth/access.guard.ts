import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allOf, Clock, covers, parseKey } from '#domain';
import { KeyVerifier, presentedKey, rateLimitHeaders, refusal } from '#guards';
import { problem } from '#problems';
import { ACCESS, type Access } from '../access/access.decorator.js';
import type { KeyPrincipal, PersonPrincipal, Principal } from '../access/principal.js';
import { requestOrigin } from '../http/request-origin.js';
import { Principals } from './principals.js';

/**
 * The one place that decides who may call a route of the management API, by what the route declares. Global, so that no
 * spelling of a path leads around it; a route that declares nothing is refused.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger('Access');

  constructor(
    private readonly reflector: Reflector,
    private readonly principals: Principals,
    private readonly keys: KeyVerifier,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.declaredBy(context);
    if (access.kind === 'public' || access.kind === 'api_key') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { principal?: Principal }>();
    request.principal =
      access.kind === 'scope' && showsKey(request)
        ? await this.key(request, http.getResponse(), access.scope)
        : await this.person(request, access.scope);
    return true;
  }

  private declaredBy(context: ExecutionContext): Access {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access) return access;
    this.logger.error(`${context.getClass().name}.${context.getHandler().name} does not declare who may call it`);
    throw problem('FORBIDDEN');
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
    const { ip, userAgent, requestId, method, endpoint } = requestOrigin(request);
    const verification = await this.keys.verify({
      presented: presentedKey(request.headers),
      required: allOf([scope]),
      cost: 1,
      ip,
      guessedFrom: ip,
      userAgent,
      requestId,
      method,
      endpoint,
    });
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

const BEARER = /^bearer +(\S+) *$/i;

function bearerOf({ headers }: FastifyRequest): string | undefined {
  return BEARER.exec(headers.authorization ?? '')?.[1];
}

/** One credential decides: a bearer token is a person's unless it is written like a key, whatever else was sent. */
function showsKey(request: FastifyRequest): boolean {
  const bearer = bearerOf(request);
  return bearer === undefined ? presentedKey(request.headers) !== null : parseKey(bearer) !== undefined;
}
