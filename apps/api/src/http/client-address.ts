import type { IncomingMessage } from 'node:http';
import { peerAddress } from './peer-address.js';
import type { TrustProxy } from './trusted-proxies.js';

/**
 * Where a request came from, as Fastify tells it in `request.ip`: the right-most hop of X-Forwarded-For that is no proxy
 * of ours, read only while the hop before it, from our end, is one.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trusts: TrustProxy): string | undefined {
  let address = peerAddress(socket);
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || !trusts(address)) return address;
  const hops = String(forwarded)
    .split(',')
    .map((hop) => hop.replace(SPACES_AROUND, ''))
    .filter((hop) => hop !== '');
  do address = hops.pop() ?? address;
  while (hops.length > 0 && trusts(address));
  return address;
}

const SPACES_AROUND = /^ +| +$/g;
