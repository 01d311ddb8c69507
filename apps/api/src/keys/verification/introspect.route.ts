import { Injectable } from '@nestjs/common';
import type { Verification } from '#guards';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import { type Exchange, JSON_TYPE, jsonText } from '../../http/exchange.js';
import { validationPipe } from '../../http/validation.pipe.js';
import { IntrospectDto, IntrospectionDto } from './introspection.dto.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { tell } from './tell.js';

const FIELDS = ['token', 'token_type_hint', 'environment', 'service', 'ip', 'user_agent'] as const;

/** `POST /oauth/introspect` (RFC 7662): whether a key is good, for programs that ask in the way of OAuth. */
@Injectable()
export class IntrospectRoute implements MachineRoute {
  readonly method = 'POST';
  readonly path = '/oauth/introspect';
  readonly access = { kind: 'scope', scope: 'akm:verify' } as const;
  readonly description: RouteDescription = {
    operationId: 'verificationIntrospect',
    summary: 'Look at a key in the way of OAuth',
    text:
      'RFC 7662. The client shows an API key that holds `akm:verify`, as the password of HTTP Basic or as a bearer ' +
      'token. It only looks: no limit and no credit is touched, so `POST /api/v1/verify` is for who wants them to hold. ' +
      'Whatever is not good just now, or is no key, is `{"active": false}`. Fields that nobody knows are passed over.',
    body: { dto: IntrospectDto, isForm: true },
    status: 200,
    answer: { dto: IntrospectionDto },
    problems: ['UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED'],
  };
  private readonly pipe = validationPipe();

  constructor(private readonly verifier: LocalKeyVerifier) {}

  answer(exchange: Exchange, body: unknown): void {
    tell(this.verifier, this, exchange, body);
  }

  async judge({ id, method, url }: Exchange, body: unknown): Promise<Verification> {
    const known = pick(body);
    const asked = (await this.pipe.transform(known, { type: 'body', metatype: IntrospectDto })) as IntrospectDto;
    const { token: presented, environment, service, ip, user_agent: userAgent } = asked;
    const use = { presented, environment, service, ip, userAgent, cost: 0 };
    return this.verifier.judge({ ...use, requestId: id, method, endpoint: url }, 'introspect');
  }

  found(exchange: Exchange, verification: Verification): void {
    exchange.answer(200, JSON_TYPE, jsonText(JSON.stringify(introspectionOf(verification))));
  }

  failed(exchange: Exchange, error: unknown): void {
    exchange.fail(error);
  }
}

function introspectionOf({ code, key }: Verification): IntrospectionDto {
  if (code !== 'VALID' || !key) return { active: false };
  return {
    active: true,
    scope: key.permissions.join(' '),
    client_id: key.id,
    sub: key.ownerId,
    token_type: 'api_key',
    ...(key.expiresAt !== null && { exp: Math.floor(key.expiresAt / 1000) }),
  };
}

/** Unknown parameters are to be ignored (RFC 6749 §3.2), where other routes refuse them. */
function pick(body: unknown): Record<string, unknown> {
  const fields = Object(body) as Record<string, unknown>;
  return Object.fromEntries(FIELDS.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));
}
