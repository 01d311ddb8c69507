import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Says in the `Link` header (RFC 8288) of an answer where the list goes on: at this request again, from `next` on.
 * @param next null: nowhere.
 */
export function linkNext(request: FastifyRequest, reply: FastifyReply, next: string | null): void {
  if (next === null) return;
  const { pathname, searchParams: parameters } = new URL(request.url, 'http://localhost');
  parameters.set('cursor', next);
  void reply.header('link', `<${pathname}?${parameters.toString()}>; rel="next"`);
}
