import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type PageForm, textOf } from '../../http/page-form.js';

/** What the address of a page asks for. A field that was left empty asks for nothing. */
export type Query = Readonly<Record<string, string>>;

export const Asked = createParamDecorator((_: unknown, context: ExecutionContext): Query => {
  const query = context.switchToHttp().getRequest<FastifyRequest>().query as PageForm;
  const texts = Object.keys(query).map((name) => [name, textOf(query, name)] as const);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
});
