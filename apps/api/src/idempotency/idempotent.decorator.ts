import { applyDecorators, createParamDecorator, type ExecutionContext, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { IdempotentRequest } from './idempotent-request.js';
import { IDEMPOTENCY_KEY_LENGTH_MAX } from './idempotency-key.js';
import { IdempotencyInterceptor, type RequestOnce } from './idempotency.interceptor.js';

/**
 * Honours `Idempotency-Key` on a route whose handler takes `@Once()` and whose service begins and ends its transaction
 * with it. The API description adds the problems that come with it.
 */
export const Idempotent = () =>
  applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'A text of your own, unique to this request, in quotes. Sent again with the same key and body, within ten ' +
        'minutes, the request has no second effect and gets the same answer.',
      schema: { type: 'string', maxLength: IDEMPOTENCY_KEY_LENGTH_MAX * 2 + 2, example: '"8e03978e-40d5-43e8-bc93"' },
    }),
  );

/** The request's idempotency; undefined when it carries no key. */
export const Once = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined =>
    context.switchToHttp().getRequest<RequestOnce>().once,
);
