import type { BucketReading } from '#domain';

/**
 * What an answer says about the limits it met: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers,
 * tightest first; `t` is the seconds until the bucket is full), and the older `X-RateLimit-*` of the tightest bucket, whose
 * reset is a Unix time in seconds.
 * @param limits tightest first, as in a Verification. Empty: no headers.
 * @param retryAfterMs above 0 adds `Retry-After` in whole seconds, rounded up so that waiting that long suffices.
 * @param now milliseconds since the epoch.
 */
export function rateLimitHeaders(
  limits: readonly BucketReading[],
  retryAfterMs: number,
  now: number,
): Record<string, string> {
  const [tightest] = limits;
  const retryAfter: Record<string, string> = retryAfterMs > 0 ? { 'retry-after': String(seconds(retryAfterMs)) } : {};
  if (!tightest) return retryAfter;
  return {
    'ratelimit-policy': limits
      .map(({ name, limit, periodMs }) => `"${name}";q=${limit};w=${seconds(periodMs)}`)
      .join(', '),
    ratelimit: limits
      .map(({ name, remaining, resetMs }) => `"${name}";r=${remaining};t=${seconds(resetMs)}`)
      .join(', '),
    'x-ratelimit-limit': String(tightest.limit),
    'x-ratelimit-remaining': String(tightest.remaining),
    'x-ratelimit-reset': String(seconds(now + tightest.resetMs)),
    ...retryAfter,
  };
}

/** The order in which limits are told: fewest tokens left first, and of equals the one that takes longer to refill. */
export function tightestFirst(limits: readonly BucketReading[]): BucketReading[] {
  return [...limits].sort((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs);
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
