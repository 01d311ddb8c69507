import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { base62 } from './base62.js';
import { checksumOf, endsInChecksum } from './checksum.js';

const ascii = fc.string({ unit: 'binary-ascii' });

describe('the checksum', () => {
  it('of the check text of the CRC catalogue is 0xCBF43926', () => {
    expect(checksumOf('123456789')).toBe(base62(0xcbf43926n, 6));
  });

  it('is the CRC-32 that everybody else computes', () => {
    fc.assert(
      fc.property(ascii, (text) => {
        expect(checksumOf(text)).toBe(base62(BigInt(crc32(text)), 6));
      }),
    );
  });

  it('is accepted after its text and nothing else is', () => {
    fc.assert(
      fc.property(ascii, fc.nat(2 ** 32 - 1), (text, number) => {
        const checksum = checksumOf(text);
        const other = base62(BigInt(number), 6);
        expect(endsInChecksum(text + checksum)).toBe(true);
        expect(endsInChecksum(text + other)).toBe(other === checksum);
      }),
    );
  });
});

describe('a base62 number', () => {
  it('has a fixed width and compares as its text does', () => {
    const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(base62(one, 43)).toHaveLength(43);
        expect(base62(one, 43) < base62(other, 43)).toBe(one < other);
      }),
    );
  });

  it('is never cut to fit', () => {
    expect(base62(62n ** 6n - 1n, 6)).toBe('zzzzzz');
    expect(() => base62(62n ** 6n, 6)).toThrow(RangeError);
    expect(() => base62(-1n, 6)).toThrow(RangeError);
  });
});
