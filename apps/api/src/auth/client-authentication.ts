import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * OAuth clients show their secret with HTTP Basic (RFC 6749 §2.3.1): here that is an API key, sent as the password. A hook
 * for `onRequest` that hands it on as the key it is; the name is not looked at, because a key says itself whose it is.
 */
export function readBasicAsKey(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const { headers } = request.raw;
  const encoded = /^basic +([a-z0-9+/]+=*) *$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded !== undefined && headers['x-api-key'] === undefined) {
    const [, secret = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    headers['x-api-key'] = new URLSearchParams(`secret=${secret}`).get('secret') ?? '';
    delete headers.authorization;
  }
  done();
}
