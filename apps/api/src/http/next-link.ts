import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Says in the `Link` header (RFC 8288) of an answer where the list goes on: at this request again, from `next` on.
 * @param next null: nowhere.
 * @param limit for a request that may have been made by page, and goes on by cursor.
 */
export function linkNext(request: FastifyRequest, reply: FastifyReply, next: string | null, limit?: number): void {
  if (next === null) return;
  const { pathname, searchParams: parameters } = new URL(request.url, 'http://localhost');
  if (limit !== undefined) {
    for (const name of ['page', 'page_size']) parameters.delete(name);
    parameters.set('limit', String(limit));
  }
  parameters.set('cursor', next);
  void reply.header('link', `<${pathname}?${parameters.toString()}>; rel="next"`);
}
