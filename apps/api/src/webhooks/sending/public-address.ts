import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to somebody out on the internet. Everything else is refused rather than known bad ranges
 * listed: loopback, private, link-local (where clouds keep their metadata), carrier-grade NAT, multicast, reserved and
 * documentation ranges, and every form of IPv6 that carries an IPv4 address inside it (mapped, NAT64, 6to4, Teredo),
 * for what is inside may be any of these.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || CLOUD_INTERNAL.has(parsed.toString())) return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}

/** All that IANA has given out; `::/96` and its like are no range of their own but nobody's either. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Azure answers machines of its own from a public address. */
const CLOUD_INTERNAL = new Set(['168.63.129.16']);
