import { hash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Place } from '#domain';

/** Where a use came from: in numbers for the detectors, in words for whoever reads of it. */
export interface Whereabouts {
  readonly place: Place;
  /** As in 203.0.113.0/24; null when the address is not known, or only as a hash. */
  readonly network: string | null;
  readonly client: string | null;
}

/** How much of a user agent is told. */
const CLIENT_LENGTH_MAX = 100;

/**
 * Without a table of networks, /24 and /48 stand for one, and /16 and /32 for its provider. An address that is kept as a
 * hash is a network of its own, of a provider nobody knows. What is not known is the same everywhere, and so never new.
 * @param address what is kept of it, by LOG_ADDRESSES.
 */
export function whereaboutsOf(address: string | null, userAgent: string | null): Whereabouts {
  const ranges = address === null ? undefined : rangesOf(address);
  const network = ranges?.network ?? null;
  const [family = ''] = /^[^/ (]+/.exec(userAgent ?? '') ?? [];
  return {
    place: {
      network: numberOf(network ?? address),
      provider: numberOf(ranges?.provider ?? null),
      country: UNKNOWN,
      client: numberOf(userAgent),
      clientFamily: numberOf(family === '' ? userAgent : family),
    },
    network,
    client: userAgent === null ? null : userAgent.slice(0, CLIENT_LENGTH_MAX),
  };
}

/** Stands for a text wherever the same text counts as the same. Below 2^32. */
export function numberOf(text: string | null): number {
  return text === null ? UNKNOWN : hash('sha256', text, 'buffer').readUInt32BE(0);
}

const UNKNOWN = 0;

/** Undefined for what is no address and no range. */
function rangesOf(kept: string): { network: string; provider: string } | undefined {
  const [address = ''] = kept.split('/');
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return { network: v4(address, 24), provider: v4(address, 16) };
  if (ipaddr.IPv6.isValid(address)) return { network: v6(address, 48), provider: v6(address, 32) };
  return undefined;
}

function v4(address: string, bits: number): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
}

function v6(address: string, bits: number): string {
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
}
