import { Injectable } from '@nestjs/common';
import { Clock, type PermissionQuery } from '#domain';
import {
  permissionOfMethod,
  rateLimitLines,
  refusal,
  REFUSALS,
  shownAttempt,
  type Verification,
  type VerifiedKey,
} from '#guards';
import { CATALOGUE, type Problem, problem, problemOf } from '#problems';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import { Config } from '../../config/config.js';
import type { Exchange } from '../../http/exchange.js';
import { type HeaderLines, linesOf } from '../../http/header-lines.js';
import { originalRequest } from '../../http/original-request.js';
import { QueryReader } from '../../http/query-reader.js';
import { keyInUrl } from '../../http/query-string.js';
import { requestOrigin } from '../../http/request-origin.js';
import { trustedProxies } from '../../http/trusted-proxies.js';
import { GatewayAuthDto } from './gateway-auth.dto.js';
import { LeakedKeys } from './leaked-keys.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { type NowOrLater, whenKnown } from './now-or-later.js';
import { permissionQueryOf } from './permission-query.validator.js';
import { tell, type Teller } from './tell.js';

/** `ANY /gateway/auth`: a reverse proxy asks before each request that it lets through. */
@Injectable()
export class GatewayAuthRoute implements MachineRoute, Teller<Verification> {
  readonly method = 'ANY';
  readonly path = '/api/v1/gateway/auth';
  readonly access = { kind: 'api_key' } as const;
  readonly description: RouteDescription = {
    operationId: 'verificationGatewayAuth',
    summary: 'Let a reverse proxy ask',
    text:
      'For `auth_request` of nginx, `forward_auth` of Caddy and their like: sent with the headers of the original ' +
      'request, by any method. Every refusal is 401 or 403, which is all that these proxies pass on; `X-Auth-Code` ' +
      'says which. The original method and URL are believed of proxies in `TRUST_PROXY` only.',
    query: GatewayAuthDto,
    status: 204,
    headers: {
      'X-Key-Id': { description: 'Id of the key.', example: '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f' },
      'X-Key-Owner': { description: 'Id of its owner.', example: '0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f' },
      'X-Key-Scopes': { description: 'What it may, with blanks between.', example: 'read invoices.send' },
    },
    problems: [...REFUSALS, 'VALIDATION_FAILED'],
    statusOf: (code) => relayed(CATALOGUE[code].status),
  };
  private readonly queries = new QueryReader(GatewayAuthDto);
  private readonly trusts;

  constructor(
    private readonly verifier: LocalKeyVerifier,
    private readonly leakedKeys: LeakedKeys,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.trusts = trustedProxies(config.http.trustProxy);
  }

  knows(query: string): boolean {
    return this.queries.knows(query);
  }

  answer(exchange: Exchange): void {
    tell(this.verifier, this, exchange);
  }

  judge(exchange: Exchange): NowOrLater<Verification> {
    return whenKnown(this.queries.read(exchange.url), (asked) => {
      const { method, uri } = originalRequest(exchange, this.trusts);
      const leaked = uri === null ? undefined : keyInUrl(uri);
      if (leaked !== undefined) return this.refuseLeaked(leaked, exchange);
      const required = requiredBy(asked, method);
      const { environment, service, cost } = asked;
      const attempt = shownAttempt(exchange, { required, environment, service, cost, method, endpoint: uri });
      return this.verifier.judge(attempt, 'gateway');
    });
  }

  found(exchange: Exchange, verification: Verification): void {
    const { key, limits } = verification;
    const now = this.clock.now();
    const refused = refusal(verification, now);
    if (refused) this.failed(exchange, refused);
    else exchange.answer(204, `${rateLimitLines(limits, now)}${key ? identityOf(key) : ''}`);
  }

  failed(exchange: Exchange, error: unknown): void {
    const refused = problemOf(error);
    const status = relayed(refused.status);
    if (status === 401 || status === 403) refuse(exchange, refused, status);
    else exchange.fail(error);
  }

  /** The proxy may have logged it already, and so may whoever stands behind it. */
  private async refuseLeaked(key: string, exchange: Exchange): Promise<never> {
    await this.leakedKeys.record({ origin: requestOrigin(exchange), key });
    throw problem('KEY_IN_QUERY');
  }
}

function refuse(exchange: Exchange, refused: Problem, status: number): void {
  const headers = { ...refused.headers, 'x-auth-code': refused.code.replace('API_KEY_', '') };
  exchange.answerWith(status, headers, JSON.stringify({ ...refused.body(exchange.id), status }));
}

function requiredBy({ permissions, by_method: byMethod }: GatewayAuthDto, method: string | null): Required {
  const required = permissionQueryOf(permissions);
  if (byMethod !== true) return required;
  // Without it a proxy that does not tell would make every request a GET, and every key that reads one that writes.
  if (method === null) throw problem('VALIDATION_FAILED', { errors: [UNTOLD] });
  const ofMethod = permissionOfMethod(method);
  return required ? { kind: 'all', of: [required, ofMethod] } : ofMethod;
}

type Required = PermissionQuery | undefined;

const UNTOLD = {
  field: 'by_method',
  message: 'by_method needs X-Original-Method or X-Forwarded-Method, from a proxy that TRUST_PROXY names',
};

/** Nginx makes a 500 of whatever is neither of these two, and would pass on what is below 300. */
function relayed(status: number): number {
  return status === 400 || status === 429 ? 403 : status;
}

/** Kept on the key, as long as the key is held, for the reasons given in verdict.view.ts. */
const WRITTEN = Symbol('key as headers');

function identityOf(key: VerifiedKey & { [WRITTEN]?: HeaderLines }): HeaderLines {
  return (key[WRITTEN] ??= linesOf({
    'x-key-id': key.id,
    'x-key-owner': key.ownerId,
    'x-key-scopes': key.permissions.join(' '),
  }));
}
