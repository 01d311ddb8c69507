import { type ExecutionContext, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ManualClock } from '#domain';
import { problem } from '#problems';
import { Public } from '../access/access.decorator.js';
import { AccessCheck } from './access-check.js';
import { AccessGuard } from './access.guard.js';
import type { PageCheck } from './page-check.js';
import type { Principals } from './principals.js';

class Routes {
  @Public()
  open(): void {
    // Never called: the guard only reads what is declared.
  }

  forgotten(): void {
    // Declares nothing.
  }
}

function contextOf(route: keyof Routes): ExecutionContext {
  return {
    getHandler: () => Reflect.get(Routes.prototype, route),
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => ({}), getResponse: () => ({}) }),
  } as unknown as ExecutionContext;
}

describe('the access guard', () => {
  const unreachable = () => Promise.reject(new Error('nobody was to be asked'));
  const principals = { ofAccessToken: unreachable, ofKey: unreachable } as unknown as Principals;
  const pages = { admit: unreachable } as unknown as PageCheck;
  const check = new AccessCheck(principals, { verify: unreachable }, pages, new ManualClock(0));
  const guard = new AccessGuard(new Reflector(), check);

  it('lets everybody pass where a route says so', () => {
    expect(guard.canActivate(contextOf('open'))).toBe(true);
  });

  it('refuses everybody where a route says nothing, and tells the log whose mistake it is', () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    expect(() => guard.canActivate(contextOf('forgotten'))).toThrow(problem('FORBIDDEN'));
    expect(errors).toHaveBeenCalledWith('Routes.forgotten does not declare who may call it');
  });
});
