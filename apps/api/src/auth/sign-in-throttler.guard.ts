import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  getOptionsToken,
  getStorageToken,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { type BucketReading, Clock } from '#domain';
import { rateLimitHeaders, tightestFirst } from '#guards';
import { problem } from '#problems';
import type { BucketThrottlerStorage } from '../rate-limit/bucket-throttler-storage.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { LIMITED_AS, type LimitedAs } from './sign-in-throttlers.js';

/**
 * The throttler of Nest, saying what it found as every other limit of akm does: `RateLimit` and `RateLimit-Policy` on each
 * answer, and a problem with the whole seconds after which the next attempt is admitted.
 */
@Injectable()
export class SignInThrottlerGuard extends ThrottlerGuard {
  constructor(
    @Inject(getOptionsToken()) options: ThrottlerModuleOptions,
    @Inject(getStorageToken()) private readonly buckets: BucketThrottlerStorage,
    reflector: Reflector,
    private readonly refused: RefusedSignIns,
    private readonly clock: Clock,
  ) {
    super(options, buckets, reflector);
  }

  /** @throws Problem TOO_MANY_REQUESTS with the whole seconds to wait. */
  protected override async handleRequest({
    context,
    limit,
    ttl,
    throttler,
    getTracker,
  }: ThrottlerRequest): Promise<boolean> {
    const { req: request, res } = this.getRequestResponse(context) as { req: Limited; res: FastifyReply };
    const name = throttler.name ?? '';
    const key = `${this.groupOf(context)} by ${name} ${await getTracker(request, context)}`;
    const { reading, retryAfterMs, isBlocked } = await this.buckets.increment(key, ttl, limit, ttl, name);
    const readings = [...(request.limitsMet ?? []), reading];
    request.limitsMet = readings;
    res.headers(rateLimitHeaders(tightestFirst(readings), retryAfterMs, this.clock.now()));
    if (!isBlocked) return true;
    this.refused.count();
    throw problem('TOO_MANY_REQUESTS');
  }

  private groupOf(context: ExecutionContext): LimitedAs {
    return this.reflector.getAllAndOverride<LimitedAs>(LIMITED_AS, [context.getHandler(), context.getClass()]);
  }
}

/** A request, and what the limits have said of it so far. */
interface Limited extends Record<string, unknown> {
  limitsMet?: readonly BucketReading[];
}
