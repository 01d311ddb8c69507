import type { FastifyInstance } from 'fastify';
import { problem } from '#problems';

const FIELDS_MAX = 32;

/**
 * Lets the routes of one scope read forms as well: OAuth asks for them. Nobody signs in by a cookie on such a route, so a
 * page of another site gains nothing by posting one.
 */
export function readForms(scope: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  scope.addContentTypeParser<string>(type, { parseAs: 'string' }, (request, text, done) => {
    try {
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (encoding.toLowerCase() !== 'identity') throw problem('UNSUPPORTED_MEDIA_TYPE');
      done(null, parseForm(text));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** @throws Problem BAD_REQUEST for a field that comes twice (RFC 6749 §3.2), for too many, and for control characters. */
export function parseForm(text: string): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name) || fields.size === FIELDS_MAX || !PRINTABLE.test(value)) throw problem('BAD_REQUEST');
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

const PRINTABLE = /^\P{Cc}*$/u;
