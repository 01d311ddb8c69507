/**
 * An IP address as numbers, for matching without parsing. Text is read outside, once, and an IPv4 address mapped into
 * IPv6 (`::ffff:192.0.2.1`) is unmapped there: here the two families never match each other.
 */
export interface Address {
  readonly version: 4 | 6;
  /** Unsigned 32-bit words, most significant first: one for IPv4, four for IPv6. */
  readonly words: readonly number[];
}

/** A CIDR range. Bits of the address beyond the prefix are ignored. */
export interface AddressRange extends Address {
  /** 0 to 32 for IPv4, 0 to 128 for IPv6; a single address has all of them. */
  readonly prefixLength: number;
}

export function contains(range: AddressRange, address: Address): boolean {
  if (range.version !== address.version) return false;
  for (let word = 0, bits = range.prefixLength; bits > 0; word++, bits -= 32) {
    const difference = (range.words[word] ?? 0) ^ (address.words[word] ?? 0);
    // A word that lies whole inside the prefix is not shifted: a negative count would wrap around.
    if (bits >= 32 ? difference !== 0 : difference >>> (32 - bits) !== 0) return false;
  }
  return true;
}

/** The address with these bytes in network order. Throws unless there are 4 or 16. */
export function addressFromBytes(bytes: ArrayLike<number>): Address {
  if (bytes.length !== 4 && bytes.length !== 16) throw new RangeError('An IP address has 4 or 16 bytes.');
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const words = Array.from({ length: bytes.length / 4 }, (_, word) => view.getUint32(word * 4));
  return { version: bytes.length === 4 ? 4 : 6, words };
}
