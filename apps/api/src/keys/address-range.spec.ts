import fc from 'fast-check';
import { contains } from '#domain';
import { canonicalRange, parseAddress, parseRange } from './address-range.js';

describe('canonicalRange', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1/104', '10.0.0.0/8'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8::ff/32', '2001:db8::/32'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalRange(text)).toBe(canonical);
  });

  it.each([
    '',
    '10.0.0',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    '10.0.0.1 ',
  ])('refuses %j', (text) => {
    expect(canonicalRange(text)).toBeNull();
  });

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(32), (address, prefix) => {
        const canonical = canonicalRange(`${address}/${prefix}`);
        expect(canonical === null ? null : canonicalRange(canonical)).toBe(canonical);
      }),
    );
  });
});

describe('parseAddress', () => {
  it('makes every spelling of an address fall into the ranges it is in', () => {
    const range = parseRange('10.0.0.0/8');
    for (const text of ['10.255.0.1', '::ffff:10.255.0.1', '::ffff:aff:1']) {
      const address = parseAddress(text);
      expect(range && address && contains(range, address)).toBe(true);
    }
  });

  it('takes no range for an address', () => {
    expect(parseAddress('10.0.0.0/8')).toBeUndefined();
  });
});
