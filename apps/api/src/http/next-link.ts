import { type FastifyRequest } from 'fastify';

/** The value of a `Link` header (RFC 8288) to the page after this one: this request again, from `cursor` on. */
export function nextLink(request: FastifyRequest, cursor: string): string {
  const [path = '', query = ''] = request.url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `<${path}?${parameters.toString()}>; rel="next"`;
}
