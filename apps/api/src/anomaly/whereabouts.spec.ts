import { whereaboutsOf } from './whereabouts.js';

const numbers = (address: string | null, client: string | null = null) => whereaboutsOf(address, client).place;

describe('where a use comes from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.200', '203.0.114.7', '203.1.113.7'],
    ['2001:db8:1:2::1', '2001:db8:1:ffff::2', '2001:db8:2::1', '2001:db9:1::1'],
    ['203.0.113.0/24', '203.0.113.7', '203.0.114.0/24', '203.1.113.0/24'],
  ])('is a network and a range: %s is near %s, further from %s, and far from %s', (home, near, further, far) => {
    expect(numbers(near)).toEqual(numbers(home));
    expect(numbers(further).network).not.toBe(numbers(home).network);
    expect(numbers(further).range).toBe(numbers(home).range);
    expect(numbers(far).range).not.toBe(numbers(home).range);
  });

  it('is a network of its own, of a provider nobody knows, where addresses are kept as hashes', () => {
    const [one, other] = [numbers(`hmac-${'0'.repeat(32)}`), numbers(`hmac-${'1'.repeat(32)}`)];
    expect(one.network).not.toBe(other.network);
    expect(one.range).toBe(other.range);
    expect(whereaboutsOf(`hmac-${'0'.repeat(32)}`, null).network).toBeNull();
  });

  it('is a client of a family, whatever its version', () => {
    expect(numbers(null, 'curl/8.5.0').client).not.toBe(numbers(null, 'curl/8.6.0').client);
    expect(numbers(null, 'curl/8.5.0').clientFamily).toBe(numbers(null, 'curl/8.6.0').clientFamily);
    expect(numbers(null, 'curl/8.5.0').clientFamily).not.toBe(numbers(null, 'wget/1.2').clientFamily);
  });

  it('is the same wherever nothing is known of it', () => {
    expect(numbers(null)).toEqual({ network: 0, range: 0, provider: 0, country: 0, client: 0, clientFamily: 0 });
  });

  it('is told as a network, and no more of the client than fits', () => {
    expect(whereaboutsOf('203.0.113.7', 'x'.repeat(500))).toMatchObject({
      network: '203.0.113.0/24',
      client: 'x'.repeat(100),
    });
  });
});
