import type { KeyFacts } from '#domain';
import type { VerifiedKey } from '#guards';
import type { KnownKey } from '../../apps/api/src/keys/verification/known-key.js';

type Different = Partial<Omit<KnownKey, 'facts' | 'key'> & KeyFacts & Omit<VerifiedKey, 'permissions'>>;

/** An ordinary key as verification knows it, but for what a test cares about. */
export function knownKey(different: Different = {}): KnownKey {
  const { expiresAt = null, environment = 'production', permissions = ['read'] } = different;
  return {
    facts: {
      state: different.state ?? 'active',
      isCanary: different.isCanary ?? false,
      secret: different.secret ?? { retiredAt: null },
      expiresAt,
      environment,
      allowedServices: different.allowedServices ?? [],
      allowedRanges: different.allowedRanges ?? [],
      allowedUserAgents: different.allowedUserAgents ?? [],
      permissions,
      creditsRemaining: null,
    },
    key: {
      id: different.id ?? '0198f0c4-0000-7000-8000-000000000001',
      name: different.name ?? 'a key',
      ownerId: different.ownerId ?? '0198f0c4-0000-7000-8000-000000000002',
      externalId: different.externalId ?? null,
      permissions,
      environment,
      expiresAt,
      meta: different.meta ?? null,
    },
    secretId: different.secretId ?? '0198f0c4-0000-7000-8000-000000000003',
    hasCredits: different.hasCredits ?? false,
    limits: different.limits ?? [{ name: 'minute', capacity: 60, periodMs: 60_000 }],
    throttle: different.throttle ?? null,
    asked: null,
  };
}
