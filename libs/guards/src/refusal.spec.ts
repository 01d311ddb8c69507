import type { Verification } from './key-verifier.js';
import { refusal } from './refusal.js';

const KEY = {
  id: '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f',
  name: 'billing',
  ownerId: '0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f',
  externalId: null,
  permissions: ['read'],
  environment: 'production',
  expiresAt: null,
  meta: null,
} as const;
const limits = [{ name: 'minute', limit: 60, periodMs: 60_000, remaining: 60, resetMs: 0 }];
const limited = (different: Partial<Verification>): Verification => ({
  code: 'RATE_LIMITED',
  key: { ...KEY, permissions: ['read'] },
  credits: null,
  limits,
  retryAfterMs: 1500,
  ...different,
});

describe('a refusal', () => {
  it('by a limit says how long to wait', () => {
    expect(refusal(limited({}), 0)).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
  });

  it('by a limit that can never be met says so, and asks nobody to wait', () => {
    const refused = refusal(limited({ retryAfterMs: 0 }), 0);
    expect(refused).toMatchObject({ status: 429, code: 'API_KEY_RATE_LIMITED' });
    expect(refused?.headers).not.toHaveProperty('retry-after');
    expect(refused?.detail).toContain('waiting does not help');
  });

  it('of an address that guesses keys says that', () => {
    expect(refusal(limited({ key: null }), 0)?.detail).toContain('from this address');
  });

  it('is none for a key that is let in', () => {
    expect(refusal(limited({ code: 'VALID' }), 0)).toBeNull();
  });
});
