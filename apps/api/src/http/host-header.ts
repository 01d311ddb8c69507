import type { IncomingMessage } from 'node:http';

/**
 * Whether a request names the host it is for once, or not at all as HTTP/1.0 allows (RFC 9112 §3.2). Of two names a proxy
 * may believe one and we the other.
 */
export function isHostClear({ rawHeaders, httpVersion }: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion'>): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && (name === 'Host' || name.toLowerCase() === 'host')) hosts += 1;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}
