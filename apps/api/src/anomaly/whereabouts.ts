import { hash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { type Evidence, type Place, UNKNOWN_PLACE } from '#domain';
import { countryName, NOWHERE, type Origin, providerName } from '../geo/origin.js';

/** Where a use came from: in numbers for the detectors, in words for whoever reads of it. */
export interface Whereabouts {
  readonly place: Place;
  /** As in 203.0.113.0/24; null when the address is not known, or only as a hash. */
  readonly network: string | null;
  readonly client: string | null;
  /** What databases say of the address, with the days they were made on; empty where there is nothing. */
  readonly hints: Evidence['facts'];
}

/** How much of a user agent is told. */
const CLIENT_LENGTH_MAX = 100;

/**
 * A /24 or /48 stands for a network, and a /16 or /32 around it for its provider where that is not known. An address that
 * is kept as a hash is a network of its own, of a provider nobody knows. What is not known is the same everywhere, and so
 * never new.
 * @param address what is kept of it, by LOG_ADDRESSES.
 */
export function whereaboutsOf(
  address: string | null,
  userAgent: string | null,
  { country, provider, asOf }: Origin = NOWHERE,
): Whereabouts {
  const ranges = address === null ? undefined : rangesOf(address);
  const network = ranges?.network ?? null;
  const [family = ''] = /^[^/ (]+/.exec(userAgent ?? '') ?? [];
  return {
    place: {
      network: numberOf(network ?? address),
      range: numberOf(ranges?.around ?? null),
      provider: numberOf(provider && `AS${provider.number}`),
      country: numberOf(country),
      client: numberOf(userAgent),
      clientFamily: numberOf(family === '' ? userAgent : family),
    },
    network,
    client: userAgent === null ? null : userAgent.slice(0, CLIENT_LENGTH_MAX),
    hints: {
      ...(provider && { provider: providerName(provider) }),
      ...(country !== null && { country: countryName(country) }),
      ...(asOf.length > 0 && { placesAsOf: asOf.join(' and ') }),
    },
  };
}

/** Stands for a text wherever the same text counts as the same. Below 2^32. */
export function numberOf(text: string | null): number {
  return text === null ? UNKNOWN_PLACE : hash('sha256', text, 'buffer').readUInt32BE(0);
}

/** Undefined for what is no address and no range. */
function rangesOf(kept: string): { network: string; around: string } | undefined {
  const [address = ''] = kept.split('/');
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return { network: v4(address, 24), around: v4(address, 16) };
  if (ipaddr.IPv6.isValid(address)) return { network: v6(address, 48), around: v6(address, 32) };
  return undefined;
}

function v4(address: string, bits: number): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
}

function v6(address: string, bits: number): string {
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
}
