import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { LIMITED_AS, type LimitedAs } from './sign-in-throttlers.js';

/**
 * Limits how often a route may be called by one address and on one account. Routes with one name are counted together:
 * whoever guesses passwords at one of them has no second try at another.
 */
export const SignInLimit = (as: LimitedAs) =>
  applyDecorators(SetMetadata(LIMITED_AS, as), UseGuards(SignInThrottlerGuard));
