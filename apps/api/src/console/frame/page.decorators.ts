import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  HttpCode,
  Post,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenPage, PageFor } from '../../access/access.decorator.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import type { PageRequest } from '../../auth/page-check.js';
import { parsePageForm } from '../../http/page-form.js';
import { PageFilter } from './page.filter.js';
import { PageInterceptor } from './page.interceptor.js';

/** A controller whose handlers answer with pages. It is no part of the API and of its description. */
export const Pages = () =>
  applyDecorators(Controller(), ApiExcludeController(), UseInterceptors(PageInterceptor), UseFilters(PageFilter));

/** A page for whoever is signed in and whose role holds the scope, if there is one. The handler answers with a `Page`. */
export const ShowPage = (path: string, scope?: string) => applyDecorators(Get(path), PageFor(scope));

/** What a form of such a page is sent to. The handler answers with a `SeeOther`, or throws. */
export const SubmitPage = (path: string, scope?: string) => applyDecorators(submitted(path), PageFor(scope));

export const ShowOpenPage = (path: string) => applyDecorators(Get(path), OpenPage());
export const SubmitOpenPage = (path: string) => applyDecorators(submitted(path), OpenPage());

/** Who signed in with this browser: on an open page, perhaps nobody. */
export const Visitor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Browsing | undefined =>
    context.switchToHttp().getRequest<PageRequest>().browsing,
);

const submitted = (path: string) =>
  applyDecorators(Post(path), HttpCode(303), RouteConfig({ parseForm: parsePageForm }));
