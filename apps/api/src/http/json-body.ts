import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { problem } from '#problems';
import { parseStrictJson } from './strict-json.js';

/** Makes JSON the only body that every route of this server reads; anything else is 415. */
export function readJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseEncoding(request);
      done(null, parseStrictJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Nothing here unpacks bodies: a small packed one can become a very large one. */
function refuseEncoding({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']?.toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') throw problem('UNSUPPORTED_MEDIA_TYPE');
}
