import { BlockList } from 'node:net';
import fc from 'fast-check';
import { addressFromBytes, contains } from './address.js';
import type { Address } from './address.js';

const bytes = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }));

/** An address and another one that shares its first bits, so that ranges are tried at their edges. */
const neighbours = bytes.chain((one) =>
  fc.tuple(fc.constant(one), fc.nat(one.length * 8), fc.nat(one.length * 8 - 1)).map(([of, prefixLength, bit]) => {
    const other = of.map((byte, index) => (index === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte));
    return { one: of, other, prefixLength, bit };
  }),
);

const v4 = (...octets: number[]): Address => addressFromBytes(octets);

function textOf(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  return Buffer.from(address)
    .toString('hex')
    .replace(/.{4}(?!$)/g, '$&:');
}

describe('an address range', () => {
  it('contains an address exactly when they agree in the bits of the prefix', () => {
    fc.assert(
      fc.property(neighbours, ({ one, other, prefixLength, bit }) => {
        const range = { ...addressFromBytes(one), prefixLength };
        expect(contains(range, addressFromBytes(one))).toBe(true);
        expect(contains(range, addressFromBytes(other))).toBe(bit >= prefixLength);
      }),
      { numRuns: 1_000 },
    );
  });

  it('contains what the block list of Node contains', () => {
    fc.assert(
      fc.property(neighbours, bytes, fc.boolean(), ({ one, other, prefixLength }, stranger, isNear) => {
        const candidate = isNear ? other : stranger;
        fc.pre(candidate.length === one.length);
        const family = one.length === 4 ? 'ipv4' : 'ipv6';
        const list = new BlockList();
        list.addSubnet(textOf(one), prefixLength, family);
        expect(contains({ ...addressFromBytes(one), prefixLength }, addressFromBytes(candidate))).toBe(
          list.check(textOf(candidate), family),
        );
      }),
    );
  });

  it('of every IPv4 address contains no IPv6 address, and the other way round', () => {
    const nothing = addressFromBytes(new Uint8Array(16));
    expect(contains({ ...v4(0, 0, 0, 0), prefixLength: 0 }, nothing)).toBe(false);
    expect(contains({ ...nothing, prefixLength: 0 }, v4(0, 0, 0, 0))).toBe(false);
  });

  it.each([
    [8, v4(10, 255, 255, 255), true],
    [8, v4(11, 0, 0, 0), false],
    [31, v4(10, 1, 2, 2), true],
    [31, v4(10, 1, 2, 1), false],
    [32, v4(10, 1, 2, 3), true],
    [32, v4(10, 1, 2, 2), false],
    [0, v4(255, 255, 255, 255), true],
  ])('10.1.2.3/%i: %j %s', (prefixLength, address, expected) => {
    expect(contains({ ...v4(10, 1, 2, 3), prefixLength }, address)).toBe(expected);
  });
});

describe('an address', () => {
  it('is unsigned words in network order', () => {
    expect(v4(255, 1, 2, 3)).toEqual({ version: 4, words: [0xff010203] });
    expect(addressFromBytes([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 1])).toEqual({
      version: 6,
      words: [0x20010db8, 0, 0, 0xff000001],
    });
  });

  it.each([0, 3, 5, 8, 15, 17])('does not have %i bytes', (length) => {
    expect(() => addressFromBytes(new Uint8Array(length))).toThrow(RangeError);
  });
});
