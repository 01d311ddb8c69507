import { Injectable } from '@nestjs/common';
import type { Verification } from '#guards';
import type { MachineRoute, RouteDescription } from '../../access/machine-route.js';
import { type Exchange, JSON_TYPE } from '../../http/exchange.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { type NowOrLater, whenKnown } from './now-or-later.js';
import { tell, type Teller } from './tell.js';
import { verdictJson } from './verdict.view.js';
import { attemptOf, BATCH_MAX, readBatchBody } from './verify-body.js';
import { VerdictDto, VerifyDto } from './verify.dto.js';

/** `POST /verify/batch`: what `POST /verify` answers, for many keys in one request. */
@Injectable()
export class VerifyBatchRoute implements MachineRoute, Teller<Verification[]> {
  readonly method = 'POST';
  readonly path = '/api/v1/verify/batch';
  readonly access = { kind: 'scope', scope: 'akm:verify' } as const;
  readonly description: RouteDescription = {
    operationId: 'verificationVerifyBatch',
    summary: 'Verify many keys',
    text:
      `For services that were shown up to ${BATCH_MAX} keys. Always 200: one verdict a key, in the order in which ` +
      'they were asked for. Each is judged by itself, and a body with one bad item is refused as a whole.',
    body: { dto: VerifyDto, itemsMax: BATCH_MAX },
    status: 200,
    answer: { dto: VerdictDto, itemsMax: BATCH_MAX },
    problems: ['UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED'],
  };

  constructor(private readonly verifier: LocalKeyVerifier) {}

  answer(exchange: Exchange, body: unknown): void {
    tell(this.verifier, this, exchange, body);
  }

  judge({ id, method, url }: Exchange, body: unknown): NowOrLater<Verification[]> {
    const judge = (asked: VerifyDto) => this.verifier.judge(attemptOf(asked, id, method, url), 'verify_batch');
    return whenKnown(readBatchBody(body), (items) => allKnown(items.map(judge)));
  }

  found(exchange: Exchange, verifications: readonly Verification[]): void {
    const verdicts = verifications.map((each) => verdictJson(each, exchange.id));
    const text = `[${verdicts.map((verdict) => verdict.text).join(',')}]`;
    exchange.answer(200, JSON_TYPE, { text, isAscii: verdicts.every((verdict) => verdict.isAscii) });
  }

  failed(exchange: Exchange, error: unknown): void {
    exchange.fail(error);
  }
}

/** At once if none of them has to be waited for. */
function allKnown<T>(values: NowOrLater<T>[]): NowOrLater<T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as T[]);
}
