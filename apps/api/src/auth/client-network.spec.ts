import { clientNetwork } from './client-network.js';

describe('clientNetwork', () => {
  it('tells IPv4 addresses apart', () => {
    expect(clientNetwork('203.0.113.7')).not.toBe(clientNetwork('203.0.113.8'));
  });

  it('takes all addresses of one IPv6 network for one client', () => {
    expect(clientNetwork('2001:db8:1:2:ffff::9')).toBe(clientNetwork('2001:db8:1:2::1'));
    expect(clientNetwork('2001:db8:1:3::1')).not.toBe(clientNetwork('2001:db8:1:2::1'));
  });

  it('takes those together whose address nobody knows', () => {
    expect(clientNetwork(null)).toBe(clientNetwork(null));
  });
});
