import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { PermissionQuery } from '#domain';
import { GUARDS_OPTIONS, type GuardsOptions } from './guards-options.js';
import { KeyVerifier, type Verification } from './key-verifier.js';
import { presentedKey, type RequestHeaders } from './presented-key.js';
import { refusal } from './refusal.js';
import { BY_METHOD, permissionOfMethod, REQUIRED_PERMISSIONS } from './require-permissions.decorator.js';

/** What the guard reads of a request and leaves on it. */
export interface GuardedRequest {
  readonly id: unknown;
  readonly method: string;
  readonly url: string;
  readonly ip: string;
  readonly headers: RequestHeaders;
  verification?: Verification;
}

/**
 * Admits a request whose API key may do what the route requires, and spends one token of its limits. Everything else
 * is refused with the problem of its verdict; when the verifier cannot tell, its error passes on and the request fails.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly verifier: KeyVerifier,
    private readonly reflector: Reflector,
    @Inject(GUARDS_OPTIONS) private readonly options: GuardsOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const verification = await this.verifier.verify({
      presented: presentedKey(request.headers),
      required: this.required(context, request.method),
      environment: this.options.environment,
      service: this.options.service,
      ip: request.ip,
      guessedFrom: request.ip,
      userAgent: textOf(request.headers['user-agent']),
      cost: 1,
      requestId: String(request.id),
      method: request.method,
      endpoint: request.url.split('?', 1)[0] ?? '',
    });
    request.verification = verification;
    const refused = refusal(verification, this.options.clock.now());
    if (refused) throw refused;
    return true;
  }

  private required(context: ExecutionContext, method: string): PermissionQuery | undefined {
    const declared = this.reflector.getAllAndOverride<PermissionQuery | typeof BY_METHOD | undefined>(
      REQUIRED_PERMISSIONS,
      [context.getHandler(), context.getClass()],
    );
    return declared === BY_METHOD ? permissionOfMethod(method) : declared;
  }
}

function textOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}
