import * as fc from 'fast-check';
import { Config } from '../config/config.js';
import { parseEnv } from '../config/env.js';
import { canonicalAddress } from './request-origin.js';
import { isKeptForm, KeptAddresses } from './kept-addresses.js';

const [OLD, NEW] = ['a'.repeat(32), 'b'.repeat(32)];
const kept = (policy: string, masterEncryption = [NEW]) =>
  new KeptAddresses(new Config(parseEnv({ LOG_ADDRESSES: policy }), { jwt: ['c'.repeat(32)], masterEncryption }));
const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => canonicalAddress(text) ?? '');

describe('an address that is stored', () => {
  it('is whole unless told otherwise', () => {
    expect(kept('').keep('203.0.113.7')).toBe('203.0.113.7');
  });

  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2::7', '2001:db8:1::/48'],
    ['::1', '::/48'],
  ])('%s is cut to its network %s', (address, network) => {
    expect(kept('truncated').keep(address)).toBe(network);
  });

  it('is hashed so that it looks the same each time, and different under another key', () => {
    const hash = kept('hashed').keep('203.0.113.7');
    expect(hash).toMatch(/^hmac-[0-9a-f]{32}$/);
    expect(kept('hashed').keep('203.0.113.7')).toBe(hash);
    expect(kept('hashed').keep('203.0.113.8')).not.toBe(hash);
    expect(kept('hashed', [OLD]).keep('203.0.113.7')).not.toBe(hash);
  });

  it('stays unknown when it is', () => {
    for (const policy of ['full', 'truncated', 'hashed']) expect(kept(policy).keep(null)).toBeNull();
  });

  it('is found again by its whole text, whatever was kept of it, also under a master key that is no longer current', () => {
    fc.assert(
      fc.property(anyAddress, fc.constantFrom('full', 'truncated', 'hashed'), (address, policy) => {
        const stored = kept(policy, [OLD]).keep(address) ?? '';
        expect(kept('full', [NEW, OLD]).formsOf(address)).toContain(stored);
        expect(isKeptForm(stored)).toBe(policy !== 'full');
      }),
    );
  });
});

describe('what stands for an address', () => {
  it.each(['203.0.113.7/24', '203.0.113.0/25', '10.0.0.0/8', 'hmac-', 'hmac-xyz', '', '2001:db8::/64'])(
    'is not %j',
    (text) => {
      expect(isKeptForm(text)).toBe(false);
    },
  );
});
