import { base62, digitAt } from './base62.js';

/** Characters a checksum takes: 62^6 is the first power of 62 above 2^32. */
export const CHECKSUM_LENGTH = 6;

/**
 * The CRC-32 (IEEE 802.3) of ASCII text, as six base62 digits. It tells a mistyped key from a real one without a
 * lookup, for every error within 32 adjacent bits; it is no proof of anything, since anybody can compute it.
 */
export function checksumOf(text: string): string {
  return base62(BigInt(crc32(text, text.length)), CHECKSUM_LENGTH);
}

/** Whether ASCII text ends in the checksum of what stands before. Makes no strings: every use of a key comes here. */
export function endsInChecksum(text: string): boolean {
  const checksumAt = text.length - CHECKSUM_LENGTH;
  let rest = crc32(text, checksumAt);
  for (let at = text.length - 1; at >= checksumAt; at--) {
    if (digitAt(text, at) !== rest % 62) return false;
    rest = Math.floor(rest / 62);
  }
  return true;
}

const POLYNOMIAL = 0xedb88320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  return remainder;
});

/** Written out because node:zlib, which has one, is outside what the rules may import. */
function crc32(text: string, end: number): number {
  let crc = -1;
  for (let at = 0; at < end; at++) crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(at)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
