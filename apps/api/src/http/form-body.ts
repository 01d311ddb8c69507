import type { FastifyInstance } from 'fastify';
import { problem } from '#problems';

/** Makes of the text of a form what the handler of its route gets as the body. */
export type FormParser = (text: string) => unknown;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How this route reads forms. Absent: it does not, and a form is 415. */
    readonly parseForm?: FormParser;
  }
}

/**
 * Reads forms on the routes that ask for it in their configuration, and on no other: a browser sends a form to whatever
 * address a page of another site names, with the cookies of its owner.
 */
export function readFormsWhereAsked(server: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  server.addContentTypeParser<string>(type, { parseAs: 'string' }, (request, text, done) => {
    try {
      const { parseForm: parse } = request.routeOptions.config;
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (!parse || encoding.toLowerCase() !== 'identity') throw problem('UNSUPPORTED_MEDIA_TYPE');
      done(null, parse(text));
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * The form of an OAuth client. Nobody signs in by a cookie where it is read.
 * @throws Problem BAD_REQUEST for a field that comes twice (RFC 6749 §3.2), for too many, and for control characters.
 */
export function parseForm(text: string): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name) || fields.size === FIELDS_MAX || !PRINTABLE.test(value)) throw problem('BAD_REQUEST');
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

const FIELDS_MAX = 32;
const PRINTABLE = /^\P{Cc}*$/u;
