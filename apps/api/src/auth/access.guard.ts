import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RouteMetadata } from '#guards';
import { problem } from '#problems';
import { ACCESS, type Access } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { AccessCheck, asksNobody } from './access-check.js';

/**
 * Stands in front of every controller of the management API and asks for what the route declares. Global, so that no
 * spelling of a path leads around it; a route that declares nothing is refused.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger('Access');

  private readonly declared: RouteMetadata<Access>;

  constructor(
    reflector: Reflector,
    private readonly check: AccessCheck,
  ) {
    this.declared = new RouteMetadata(reflector, ACCESS);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.declaredBy(context);
    return asksNobody(access) || this.admits(access, context);
  }

  private async admits(access: Access, context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { principal?: Principal }>();
    const principal = await this.check.admit(access, request, http.getResponse<FastifyReply>());
    if (principal) request.principal = principal;
    return true;
  }

  private declaredBy(context: ExecutionContext): Access {
    const access = this.declared.of(context);
    if (access) return access;
    this.logger.error(`${context.getClass().name}.${context.getHandler().name} does not declare who may call it`);
    throw problem('FORBIDDEN');
  }
}
