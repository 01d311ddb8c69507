import type { Verification } from '#guards';
import type { VerdictDto } from './verify.dto.js';

/** A verification in the form of the contract. */
export function verdictView({ code, key, credits, limits, retryAfterMs }: Verification, requestId: string): VerdictDto {
  return {
    valid: code === 'VALID',
    code,
    key_id: key?.id ?? null,
    name: key?.name ?? null,
    owner_id: key?.ownerId ?? null,
    external_id: key?.externalId ?? null,
    permissions: [...(key?.permissions ?? [])],
    environment: key?.environment ?? null,
    expires_at: typeof key?.expiresAt === 'number' ? new Date(key.expiresAt).toISOString() : null,
    meta: key?.meta ?? null,
    credits,
    rate_limit: limits.map(({ name, limit, periodMs, remaining, resetMs }) => ({
      policy: name,
      limit,
      window: seconds(periodMs),
      remaining,
      reset: seconds(resetMs),
    })),
    retry_after: seconds(retryAfterMs),
    request_id: requestId,
  };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
