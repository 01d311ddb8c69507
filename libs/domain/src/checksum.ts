import { base62 } from './base62.js';

/** Characters a checksum takes: 62^6 is the first power above 2^32. */
export const CHECKSUM_LENGTH = 6;

/**
 * The CRC-32 (IEEE 802.3) of ASCII text, as six base62 digits. It tells a mistyped key from a real one without a
 * lookup, for every error of up to 32 adjacent bits; it is no proof of anything, since anybody can compute it.
 */
export function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  return remainder;
});

/** Written out because node:zlib, which has one, is outside what the rules may import. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(at)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
