import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { GuardedRequest } from './api-key.guard.js';
import type { VerifiedKey } from './key-verifier.js';

/** The key that ApiKeyGuard admitted. */
export const CurrentKey = createParamDecorator((_: unknown, context: ExecutionContext): VerifiedKey => {
  const key = context.switchToHttp().getRequest<GuardedRequest>().verification?.key;
  if (!key) throw new Error('@CurrentKey() needs ApiKeyGuard on the route');
  return key;
});
