import { Injectable } from '@nestjs/common';
import { Clock } from '#domain';
import { rateLimitLines, refusal, shownAttempt, type Verification } from '#guards';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import { type Exchange, JSON_TYPE } from '../../http/exchange.js';
import { QueryReader } from '../../http/query-reader.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { type NowOrLater, whenKnown } from './now-or-later.js';
import { permissionQueryOf } from './permission-query.validator.js';
import { tell, type Teller } from './tell.js';
import { verdictJson } from './verdict.view.js';
import { VerdictDto } from './verify.dto.js';
import { VerifySelfDto } from './verify-self.dto.js';

/** `GET /verify`: whether the key that is sent is good, said by the status. */
@Injectable()
export class VerifySelfRoute implements MachineRoute, Teller<Verification> {
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
    tell(this.verifier, this, exchange);
  }

  judge(exchange: Exchange): NowOrLater<Verification> {
    return whenKnown(this.queries.read(exchange.url), ({ permissions, environment, service }) => {
      const required = permissionQueryOf(permissions);
      return this.verifier.judge(shownAttempt(exchange, { required, environment, service }), 'verify_self');
    });
  }

  found(exchange: Exchange, verification: Verification): void {
    const now = this.clock.now();
    const refused = refusal(verification, now);
    if (refused) exchange.fail(refused);
    else {
      const lines = `${JSON_TYPE}${rateLimitLines(verification.limits, now)}`;
      exchange.answer(200, lines, verdictJson(verification, exchange.id));
    }
  }

  failed(exchange: Exchange, error: unknown): void {
    exchange.fail(error);
  }
}
