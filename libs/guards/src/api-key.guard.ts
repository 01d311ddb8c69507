import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { PermissionQuery } from '#domain';
import { GUARDS_OPTIONS, type GuardsOptions } from './guards-options.js';
import { KeyVerifier, type Verification } from './key-verifier.js';
import { refusal } from './refusal.js';
import { BY_METHOD, permissionOfMethod, REQUIRED_PERMISSIONS } from './require-permissions.decorator.js';
import { RouteMetadata } from './route-metadata.js';
import { shownAttempt, type ShowingRequest } from './shown-attempt.js';

/** What the guard reads of a request and leaves on it. */
export interface GuardedRequest extends ShowingRequest {
  verification?: Verification;
}

/**
 * Admits a request whose API key may do what the route requires, and spends one token of its limits. Everything else
 * is refused with the problem of its verdict; when the verifier cannot tell, its error passes on and the request fails.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly declared: RouteMetadata<PermissionQuery | typeof BY_METHOD>;

  constructor(
    private readonly verifier: KeyVerifier,
    reflector: Reflector,
    @Inject(GUARDS_OPTIONS) private readonly options: GuardsOptions,
  ) {
    this.declared = new RouteMetadata(reflector, REQUIRED_PERMISSIONS);
  }

  canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const { environment, service, clock } = this.options;
    const required = this.required(context, request.method);
    return this.verifier.verify(shownAttempt(request, { required, environment, service })).then((verification) => {
      request.verification = verification;
      const refused = refusal(verification, clock.now());
      if (refused) throw refused;
      return true;
    });
  }

  private required(context: ExecutionContext, method: string): PermissionQuery | undefined {
    const declared = this.declared.of(context);
    return declared === BY_METHOD ? permissionOfMethod(method) : declared;
  }
}
