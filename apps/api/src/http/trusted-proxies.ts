import { BlockList, isIP } from 'node:net';

/** Says whether a peer is one of our own proxies, so that what it reports about the client may be believed. */
export type TrustProxy = (address: string | undefined) => boolean;

/**
 * @param ranges Addresses and CIDRs. An IPv4 range also covers its IPv4-mapped IPv6 form, which is how a server that
 *   listens on both families sees IPv4 peers.
 * @throws Error that names the entry that is neither.
 */
export function trustedProxies(ranges: readonly string[]): TrustProxy {
  const trusted = new BlockList();
  for (const range of ranges) {
    const [, address = '', bits] = RANGE.exec(range) ?? [];
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const length = Number(bits ?? (family === 'ipv6' ? 128 : 32));
    try {
      trusted.addSubnet(address, length, family);
    } catch {
      throw new Error(`TRUST_PROXY: "${range}" is not an address or a CIDR.`);
    }
  }
  const covers = (address: string) => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
  // To ask a BlockList takes 2 µs, a third of the verification of a key, and a few proxies ask for all clients.
  const known = new Map<string, boolean>();
  return (address) => {
    if (address === undefined) return false;
    let isTrusted = known.get(address);
    if (isTrusted === undefined) {
      isTrusted = covers(address);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(address, isTrusted);
    }
    return isTrusted;
  };
}

const KNOWN_MAX = 1_000;

const RANGE = /^([^/]+)(?:\/(\d{1,3}))?$/;
