import { isPublicAddress } from './public-address.js';

describe('isPublicAddress', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1', '11.0.0.1'])(
    'admits %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each(['2606:4700:4700::1111', '2a00:1450:4001:80f::200e'])('admits %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.255.255']],
    ['carrier-grade NAT', ['100.64.0.1', '100.127.255.255', '100.100.100.200']],
    ['link-local', ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'fec0::1']],
    ['cloud metadata', ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '192.0.0.192', '168.63.129.16']],
    ['unique local', ['fc00::1', 'fdff:ffff::1']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    ['reserved, documentation, benchmarking', ['240.0.0.1', '192.0.2.1', '198.18.0.1', '2001:db8::1', '2001:2::1']],
    ['IPv4-mapped', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8']],
    ['IPv4-compatible', ['::127.0.0.1', '::7f00:1', '::808:808']],
    ['IPv4-translated', ['::ffff:0:127.0.0.1']],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b:1::a9fe:a9fe']],
    ['6to4 and Teredo', ['2002:7f00:1::', '2001::1']],
    ['unallocated', ['4000::1', '100::1', '5f00::1']],
    ['not an address', ['', 'localhost', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1:80', '[::1]']],
  ])('refuses what is %s', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});
