import { Config } from '../../config/config.js';
import { parseEnv } from '../../config/env.js';
import { knownKeyOf, type KnownKeyRow, limitsAt } from './known-key.js';

const { keys: DEFAULTS } = new Config(parseEnv({}), { jwt: [], masterEncryption: [] });
const ROW: KnownKeyRow = {
  id: '0198f0c4-0000-7000-8000-000000000001',
  owner_id: '0198f0c4-0000-7000-8000-000000000002',
  name: 'a key',
  state: 'active',
  environment: 'production',
  permissions: ['read'],
  allowed_services: [],
  allowed_ips: ['10.0.0.0/8'],
  allowed_user_agents: [],
  rate_limit_per_minute: 7,
  rate_limit_per_hour: null,
  rate_limit_per_day: null,
  throttle_per_minute: null,
  throttled_until: null,
  expires_at: null,
  external_id: null,
  meta: null,
  has_credits: true,
  is_canary: false,
  secret_id: '0198f0c4-0000-7000-8000-000000000003',
  retired_at: null,
};

describe('a key as verification knows it', () => {
  it('has its own limits, those of the server where it has none, and its ranges parsed', () => {
    const { limits, facts, hasCredits } = knownKeyOf(ROW, DEFAULTS);
    expect(limits.map(({ capacity }) => capacity)).toEqual([7, DEFAULTS.ratePerHour, DEFAULTS.ratePerDay]);
    expect(facts.allowedRanges).toEqual([{ version: 4, words: [0x0a000000], prefixLength: 8 }]);
    expect(hasCredits).toBe(true);
  });

  it('has the tighter limits of a throttle until the moment at which that ends, and looser ones never', () => {
    const until = new Date(1_000_000);
    const perMinute = (throttle: number, now: number) => {
      const known = knownKeyOf({ ...ROW, throttle_per_minute: throttle, throttled_until: until }, DEFAULTS);
      return limitsAt(known, now)[0]?.capacity;
    };
    expect([perMinute(2, 999_999), perMinute(2, 1_000_000), perMinute(8, 999_999)]).toEqual([2, 7, 7]);
    const throttled = knownKeyOf({ ...ROW, throttle_per_minute: 2, throttled_until: until }, DEFAULTS);
    expect(
      limitsAt(throttled, 0)
        .map(({ capacity }) => capacity)
        .slice(1),
    ).toEqual([DEFAULTS.ratePerHour, DEFAULTS.ratePerDay]);
  });

  it('admits nobody by a stored range that cannot be read', () => {
    const { facts } = knownKeyOf({ ...ROW, allowed_ips: ['nonsense'] }, DEFAULTS);
    expect(facts.allowedRanges).toHaveLength(1);
  });

  it('gives no more work to do than a key that is none, if it is a canary: no credits to read, no address to compare', () => {
    const { facts, hasCredits } = knownKeyOf({ ...ROW, is_canary: true }, DEFAULTS);
    expect([facts.isCanary, facts.allowedRanges, hasCredits]).toEqual([true, [], false]);
  });
});
