import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import { Clock } from '#domain';
import { type GuardedRequest, rateLimitHeaders } from '#guards';

/**
 * Tells the caller what the token buckets of its key said. ApiKeyGuard has spent them already, in the same decision as
 * every other check: a route that forgets this interceptor is silent about its limits, never without them.
 */
@Injectable()
export class TokenBucketInterceptor implements NestInterceptor {
  constructor(private readonly clock: Clock) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const { verification } = http.getRequest<GuardedRequest>();
    if (verification) {
      void http.getResponse<FastifyReply>().headers(rateLimitHeaders(verification.limits, 0, this.clock.now()));
    }
    return next.handle();
  }
}
