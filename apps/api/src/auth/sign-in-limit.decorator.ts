import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { LIMITED_AS, type LimitedAs } from './sign-in-throttlers.js';

/**
 * Limits how often a route may be called by one address and on one account. Routes with one name are counted together for
 * an address. An account is counted by what the route knows it by, its e-mail address at sign-in and its id to whoever is
 * signed in: so a stranger who guesses at the one does not keep its owner from the other.
 */
export const SignInLimit = (as: LimitedAs) =>
  applyDecorators(SetMetadata(LIMITED_AS, as), UseGuards(SignInThrottlerGuard));
