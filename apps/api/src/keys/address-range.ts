import ipaddr from 'ipaddr.js';
import { type Address, addressFromBytes, type AddressRange } from '#domain';

/**
 * The one way to write an address or range: host bits cleared, IPv6 compressed in lower case, IPv4-mapped IPv6 as
 * IPv4. Null for anything else, ambiguous forms such as `010.0.0.1`, `0x7f.1` and zone ids included.
 */
export function canonicalRange(text: string): string | null {
  const range = parseRange(text);
  if (range === null) return null;
  const bytes = range.words.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
  const address = ipaddr.fromByteArray(bytes).toString();
  return range.prefixLength === bytes.length * 8 ? address : `${address}/${range.prefixLength}`;
}

/** A range with its host bits cleared; null when the text is not one. */
export function parseRange(text: string): AddressRange | null {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const parsed = parse(addressText);
  if (parsed === null || rest.length > 0) return null;
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  const prefixLength = prefixText === undefined ? bits : PREFIX.test(prefixText) ? Number(prefixText) : Infinity;
  if (prefixLength > bits) return null;
  return mappedAsIpv4(parsed, prefixLength);
}

/** An address as a client's socket or a proxy spells it; undefined when the text is not one. */
export function parseAddress(text: string): Address | undefined {
  const range = text.includes('/') ? null : parseRange(text);
  return range === null ? undefined : { version: range.version, words: range.words };
}

type IpAddress = ReturnType<typeof ipaddr.parse>;

function parse(text: string): IpAddress | null {
  if (text.includes('%')) return null;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

const PREFIX = /^(0|[1-9]\d{0,2})$/;
const MAPPED_BITS = 96;

/** `::ffff:a.b.c.d` is a.b.c.d to every socket, so it must be so to every list. */
function mappedAsIpv4(address: IpAddress, prefixLength: number): AddressRange {
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefixLength >= MAPPED_BITS;
  const bytes = isMapped ? address.toIPv4Address().toByteArray() : address.toByteArray();
  return cleared(addressFromBytes(bytes), isMapped ? prefixLength - MAPPED_BITS : prefixLength);
}

function cleared({ version, words }: Address, prefixLength: number): AddressRange {
  const kept = words.map((word, index) => {
    const bits = Math.min(32, Math.max(0, prefixLength - 32 * index));
    return bits === 0 ? 0 : (word & (0xffffffff << (32 - bits))) >>> 0;
  });
  return { version, words: kept, prefixLength };
}
