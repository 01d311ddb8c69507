const SECONDS = /^\d{1,9}$/;
/** The one form of a date that is sent today (RFC 9110 §5.6.7). */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Milliseconds that a Retry-After asks to wait; 0 for none, for one in the past, and for what is none. */
export function retryAfterMs(field: string | undefined, now: number): number {
  if (field === undefined) return 0;
  if (SECONDS.test(field)) return Number(field) * 1000;
  return DATE.test(field) ? Math.max(0, Date.parse(field) - now) : 0;
}
