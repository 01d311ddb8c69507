import { problem } from '#problems';
import type { Exchange } from './exchange.js';
import type { TrustProxy } from './trusted-proxies.js';

/** What a proxy of ours says of the request it asks about; null: it does not say. */
export interface OriginalRequest {
  readonly method: string | null;
  /** As it stood in the request line: a path, with its query. */
  readonly uri: string | null;
}

/**
 * Reads `X-Original-Method` and `-URI`, as nginx is configured to send them, and `X-Forwarded-Method` and `-Uri`, as
 * Caddy and Traefik do. A proxy sets its own and passes on what a client put into the others: so two that differ are
 * refused, or a client could choose which one is believed.
 * @throws Problem BAD_REQUEST.
 */
export function originalRequest({ headers, peer }: Exchange, trusts: TrustProxy): OriginalRequest {
  if (!trusts(peer)) return UNKNOWN;
  return {
    method: agreed(headers['x-original-method'], headers['x-forwarded-method'], METHOD),
    uri: agreed(headers['x-original-uri'], headers['x-forwarded-uri'], URI),
  };
}

const UNKNOWN: OriginalRequest = { method: null, uri: null };
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
/** Node joins a header that came twice with a comma and a blank, which no request line has inside its URL. */
const URI = /^[^\s]+$/;

type Header = string | string[] | undefined;

function agreed(one: Header, other: Header, form: RegExp): string | null {
  const said = one ?? other;
  if (said === undefined) return null;
  if (typeof said === 'string' && form.test(said) && (other === undefined || other === said)) return said;
  throw problem('BAD_REQUEST', { detail: 'The headers that tell of the original request contradict each other.' });
}
