import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, map, type Observable, of } from 'rxjs';
import type { Principal } from '../access/principal.js';
import { requestOrigin } from '../http/request-origin.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { AlreadyAnswered, IdempotentRequest } from './idempotent-request.js';
import { type KeptAnswer, KeptAnswers } from './kept-answers.js';
import { requestIdentity } from './request-identity.js';

export interface RequestOnce extends FastifyRequest {
  principal?: Principal;
  once?: IdempotentRequest;
}

/** Answers repetitions with what is kept, and gives the handler of a new request its IdempotentRequest. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly answers: KeptAnswers) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<RequestOnce>();
    const header = request.headers['idempotency-key'];
    if (header === undefined) return next.handle();
    const key = idempotencyKeyOf(header);
    const identity = requestIdentity(request.principal, requestOrigin(request), key, request.body);
    const replay = (answer: KeptAnswer) => {
      void http.getResponse<FastifyReply>().headers({ ...answer.headers, 'idempotency-replayed': 'true' });
      return answer.body;
    };
    const kept = await this.answers.find(identity);
    if (kept) return of(replay(kept));
    const once = new IdempotentRequest(this.answers, identity);
    request.once = once;
    return next.handle().pipe(
      map((body: unknown) => {
        if (!once.isKept) throw new Error(`${context.getHandler().name} is declared idempotent and kept no answer`);
        return body;
      }),
      catchError((error: unknown) => {
        if (error instanceof AlreadyAnswered) return of(replay(error.answer));
        throw error;
      }),
    );
  }
}
