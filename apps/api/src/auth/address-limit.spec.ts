import { ManualClock } from '#domain';
import { Config } from '../config/config.js';
import { parseEnv } from '../config/env.js';
import { MemoryBucketStore } from '../rate-limit/memory-bucket-store.js';
import { AddressLimit } from './address-limit.js';

describe('the limit of sign-ins by address', () => {
  let clock: ManualClock;
  let limit: AddressLimit;

  beforeEach(() => {
    clock = new ManualClock(1_790_000_000_000);
    const config = new Config(parseEnv({ SIGN_IN_LIMIT_PER_MINUTE: '3' }), { jwt: [], masterEncryption: [] });
    limit = new AddressLimit(new MemoryBucketStore(), config, clock);
  });

  const spend = (ip: string | null) =>
    limit.spend({ ip, requestId: 'r', userAgent: null, method: 'POST', endpoint: '/api/v1/auth/login' });
  const use = async (ip: string | null) => {
    for (let n = 0; n < 3; n++) await spend(ip);
  };

  it('admits as many as configured, then says how long to wait', async () => {
    await use('203.0.113.7');
    await expect(spend('203.0.113.7')).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      headers: { 'retry-after': '20' },
    });
    clock.advance(20_000);
    await spend('203.0.113.7');
  });

  it('counts every address for itself', async () => {
    await use('203.0.113.7');
    await spend('203.0.113.8');
    await spend('2001:db8::1');
    await spend(null);
  });

  it('counts all addresses of one IPv6 network together', async () => {
    await use('2001:db8:1:2::1');
    await expect(spend('2001:db8:1:2:ffff::9')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    await spend('2001:db8:1:3::1');
  });

  it('counts those together whose address nobody knows', async () => {
    await use(null);
    await expect(spend(null)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });
});
