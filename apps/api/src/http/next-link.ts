import { type FastifyRequest } from 'fastify';

/** The value of a `Link` header (RFC 8288) to the page after this one: this request again, from `cursor` on. */
export function nextLink(request: FastifyRequest, cursor: string): string {
  const { pathname, searchParams: parameters } = new URL(request.url, 'http://localhost');
  parameters.set('cursor', cursor);
  return `<${pathname}?${parameters.toString()}>; rel="next"`;
}
