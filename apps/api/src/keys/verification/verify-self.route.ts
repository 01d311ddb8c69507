import { Injectable } from '@nestjs/common';
import { Clock } from '#domain';
import { type KeyAttempt, presentedKey, rateLimitHeaders, refusal } from '#guards';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import type { Exchange } from '../../http/exchange.js';
import { QueryReader } from '../../http/query-reader.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { whenKnown } from './now-or-later.js';
import { permissionQueryOf } from './permission-query.validator.js';
import { tell } from './tell.js';
import { verdictJson } from './verdict.view.js';
import { VerdictDto } from './verify.dto.js';
import { VerifySelfDto } from './verify-self.dto.js';

/** `GET /verify`: whether the key that is sent is good, said by the status. */
@Injectable()
export class VerifySelfRoute implements MachineRoute {
  readonly method = 'GET';
  readonly path = '/api/v1/verify';
  readonly access = { kind: 'api_key' } as const;
  readonly description: RouteDescription = {
    operationId: 'verificationVerifySelf',
    summary: 'Verify the key that is sent',
    text: 'For simple clients: the verdict is the HTTP status. Spends one token.',
    query: VerifySelfDto,
    status: 200,
    answer: { dto: VerdictDto },
    problems: ['VALIDATION_FAILED'],
  };
  private readonly queries = new QueryReader(VerifySelfDto);

  constructor(
    private readonly verifier: LocalKeyVerifier,
    private readonly clock: Clock,
  ) {}

  knows(query: string): boolean {
    return this.queries.knows(query);
  }

  answer(exchange: Exchange): void {
    tell(
      this.verifier,
      () =>
        whenKnown(this.queries.read(exchange.url), (asked) =>
          this.verifier.judge(attemptOf(exchange, asked), 'verify_self'),
        ),
      {
        found: (verification) => {
          const now = this.clock.now();
          const refused = refusal(verification, now);
          if (refused) exchange.fail(refused);
          else
            exchange.answer(200, rateLimitHeaders(verification.limits, 0, now), verdictJson(verification, exchange.id));
        },
        failed: (error) => {
          exchange.fail(error);
        },
      },
    );
  }
}

function attemptOf(exchange: Exchange, { permissions, environment, service }: VerifySelfDto): KeyAttempt {
  const { id, ip, headers, method, url } = exchange;
  return {
    presented: presentedKey(headers),
    required: permissionQueryOf(permissions),
    environment,
    service,
    ip,
    guessedFrom: ip ?? null,
    userAgent: headers['user-agent'],
    cost: 1,
    requestId: id,
    method,
    endpoint: url,
  };
}
