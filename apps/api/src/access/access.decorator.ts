import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Principal } from './principal.js';

/** What a route asks of its caller. A route that declares nothing is refused. */
export type Access =
  | { readonly kind: 'public' }
  /** A signed-in person, whose role must hold the scope if there is one; no API key will do. */
  | { readonly kind: 'person'; readonly scope?: string | undefined }
  /** A person or an API key holding this management scope. */
  | { readonly kind: 'scope'; readonly scope: string }
  /** The route's own guard decides by the API key presented to it. */
  | { readonly kind: 'api_key' }
  /** A page of the console: somebody who signed in with this browser, whose role must hold the scope if there is one. */
  | { readonly kind: 'page'; readonly scope?: string | undefined }
  /** A page of the console for whoever comes by, signed in or not. */
  | { readonly kind: 'open_page' };

export const ACCESS = Symbol('access');

const declare = (access: Access) => SetMetadata(ACCESS, access);

export const Public = () => applyDecorators(declare({ kind: 'public' }), ApiSecurity({}));
export const PersonOnly = (scope?: string) =>
  applyDecorators(declare({ kind: 'person', scope }), ApiBearerAuth('access_token'));
export const RequireScope = (scope: string) =>
  applyDecorators(declare({ kind: 'scope', scope }), ApiBearerAuth('access_token'), ApiSecurity('api_key'));
export const GuardedByApiKey = () => applyDecorators(declare({ kind: 'api_key' }), ApiSecurity('api_key'));
export const PageFor = (scope?: string) => declare({ kind: 'page', scope });
export const OpenPage = () => declare({ kind: 'open_page' });

/** The caller the guard let in. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const request = context.switchToHttp().getRequest<{ principal?: Principal }>();
  if (!request.principal) throw new Error('@Caller() on a route that admits callers without a principal');
  return request.principal;
});
