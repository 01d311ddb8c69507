import type { BucketReading } from '#domain';
import { WrittenOnce } from './written-once.js';

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
    'ratelimit-policy': policiesOf(limits),
    ratelimit: readingsOf(limits),
    'x-ratelimit-limit': String(tightest.limit),
    'x-ratelimit-remaining': String(tightest.remaining),
    'x-ratelimit-reset': String(seconds(now + tightest.resetMs)),
    ...retryAfter,
  };
}

/** The same for an answer that admits, as lines of its head: `name: value`, each with its line break. */
export function rateLimitLines(limits: readonly BucketReading[], now: number): string {
  const [tightest] = limits;
  if (!tightest) return '';
  const { start, names, end } = LINES.of(limits);
  let text = start;
  for (let at = 0; at < limits.length; at++) {
    text += `${names[at] ?? ''}${limits[at]?.remaining ?? 0};t=${seconds(limits[at]?.resetMs ?? 0)}`;
  }
  return `${text}${end}${tightest.remaining}\r\nx-ratelimit-reset: ${seconds(now + tightest.resetMs)}\r\n`;
}

const LINES = new WrittenOnce((limits) => ({
  start: `ratelimit-policy: ${policiesOf(limits)}\r\nratelimit: `,
  names: limits.map(({ name }, at) => `${at === 0 ? '' : ', '}"${name}";r=`),
  end: `\r\nx-ratelimit-limit: ${limits[0]?.limit ?? 0}\r\nx-ratelimit-remaining: `,
}));

/** The order in which limits are told: fewest tokens left first, and of equals the one that takes longer to refill. */
export function tightestFirst(limits: readonly BucketReading[]): readonly BucketReading[] {
  // Mostly they are in that order, being given from the shortest to the longest.
  const isOrdered = limits.every((limit, at) => at === 0 || tighter(limits[at - 1] ?? limit, limit) <= 0);
  return isOrdered ? limits : [...limits].sort(tighter);
}

function tighter(a: BucketReading, b: BucketReading): number {
  return a.remaining - b.remaining || b.resetMs - a.resetMs;
}

function policiesOf(limits: readonly BucketReading[]): string {
  let text = '';
  for (const { name, limit, periodMs } of limits) {
    text += `${text === '' ? '' : ', '}"${name}";q=${limit};w=${seconds(periodMs)}`;
  }
  return text;
}

function readingsOf(limits: readonly BucketReading[]): string {
  let text = '';
  for (const { name, remaining, resetMs } of limits) {
    text += `${text === '' ? '' : ', '}"${name}";r=${remaining};t=${seconds(resetMs)}`;
  }
  return text;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
