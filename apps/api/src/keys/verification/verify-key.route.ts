import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import { answerJson } from '../../http/raw-answer.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { whenKnown } from './now-or-later.js';
import { tell } from './tell.js';
import { verdictView } from './verdict.view.js';
import { attemptOf, readVerifyBody } from './verify-body.js';
import { VerdictDto, VerifyDto } from './verify.dto.js';

/** `POST /verify`: for a service that was shown a key, and that akm knows. */
@Injectable()
export class VerifyKeyRoute implements MachineRoute {
  readonly method = 'POST';
  readonly path = '/api/v1/verify';
  readonly access = { kind: 'scope', scope: 'akm:verify' } as const;
  readonly description: RouteDescription = {
    operationId: 'verificationVerify',
    summary: 'Verify a key',
    text: 'For services that were shown a key. Always 200: the verdict is in the body.',
    body: { dto: VerifyDto },
    status: 200,
    answer: { dto: VerdictDto },
    problems: ['UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED'],
  };

  constructor(private readonly verifier: LocalKeyVerifier) {}

  readonly answer = ({ id, method, url, body }: FastifyRequest, reply: FastifyReply): void => {
    const judge = (asked: VerifyDto) => this.verifier.judge(attemptOf(asked, id, method, url));
    tell(this.verifier, () => whenKnown(readVerifyBody(body), judge), {
      found: (verification) => {
        answerJson(reply, {}, JSON.stringify(verdictView(verification, id)));
      },
      failed: (error) => void reply.send(error),
    });
  };
}
