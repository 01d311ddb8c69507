import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser says that one of our own pages sent this. Newer ones say it in so many words (Fetch Metadata); others,
 * and all of them over plain http, name the origin of the page. Whoever says neither is no browser, and has no cookie to abuse.
 */
export function isSameOrigin({
  headers,
  host,
}: {
  readonly headers: IncomingHttpHeaders;
  readonly host: string;
}): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin !== undefined && hostOf(headers.origin) === host.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
