import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '#domain';
import { type KeyAttempt, presentedKey, rateLimitHeaders, refusal } from '#guards';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import { QueryReader } from '../../http/query-reader.js';
import { answerJson } from '../../http/raw-answer.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { whenKnown } from './now-or-later.js';
import { permissionQueryOf } from './permission-query.validator.js';
import { tell } from './tell.js';
import { verdictView } from './verdict.view.js';
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

  readonly answer = (request: FastifyRequest, reply: FastifyReply): void => {
    tell(
      this.verifier,
      () => whenKnown(this.queries.read(request), (asked) => this.verifier.judge(attemptOf(request, asked))),
      {
        found: (verification) => {
          const now = this.clock.now();
          const refused = refusal(verification, now);
          if (refused) throw refused;
          const headers = rateLimitHeaders(verification.limits, 0, now);
          answerJson(reply, headers, JSON.stringify(verdictView(verification, request.id)));
        },
        failed: (error) => void reply.send(error),
      },
    );
  };
}

function attemptOf(request: FastifyRequest, { permissions, environment, service }: VerifySelfDto): KeyAttempt {
  return {
    presented: presentedKey(request.headers),
    required: permissionQueryOf(permissions),
    environment,
    service,
    ip: request.ip,
    guessedFrom: request.ip,
    userAgent: request.headers['user-agent'],
    cost: 1,
    requestId: request.id,
    method: request.method,
    endpoint: request.url,
  };
}
