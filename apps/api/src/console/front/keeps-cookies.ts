import type { FastifyRequest } from 'fastify';

/**
 * Whether the browser will keep the cookie of a session: only over https, or from this machine itself. Browsers send Fetch
 * Metadata exactly there, which also tells of a proxy that speaks https and of which we were not told.
 */
export function keepsCookies({ protocol, hostname, headers }: FastifyRequest): boolean {
  return protocol === 'https' || LOOPBACK.test(hostname) || headers['sec-fetch-site'] !== undefined;
}

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/i;
