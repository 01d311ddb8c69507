import type { FastifyRequest } from 'fastify';

/** How this server was called, as a URL to be copied. Whoever wrote something else than a host gets an example instead. */
export function serverAddress({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
  return HOST.test(host) ? `${protocol}://${host}` : 'https://akm.example.com';
}

const HOST = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
