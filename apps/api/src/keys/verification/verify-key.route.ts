import { Injectable } from '@nestjs/common';
import type { Verification } from '#guards';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import { type Exchange, JSON_TYPE } from '../../http/exchange.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { type NowOrLater, whenKnown } from './now-or-later.js';
import { tell, type Teller } from './tell.js';
import { verdictJson } from './verdict.view.js';
import { attemptOf, readVerifyBody } from './verify-body.js';
import { VerdictDto, VerifyDto } from './verify.dto.js';

/** `POST /verify`: for a service that was shown a key, and that akm knows. */
@Injectable()
export class VerifyKeyRoute implements MachineRoute, Teller<Verification> {
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

  answer(exchange: Exchange, body: unknown): void {
    tell(this.verifier, this, exchange, body);
  }

  judge({ id, method, url }: Exchange, body: unknown): NowOrLater<Verification> {
    return whenKnown(readVerifyBody(body), (asked) => this.verifier.judge(attemptOf(asked, id, method, url), 'verify'));
  }

  found(exchange: Exchange, verification: Verification): void {
    exchange.answer(200, JSON_TYPE, verdictJson(verification, exchange.id));
  }

  failed(exchange: Exchange, error: unknown): void {
    exchange.fail(error);
  }
}
