import { problem } from '#problems';

/**
 * The key of an `Idempotency-Key` header: a String of RFC 9651 (`"8e03978e-40d5"`), or the same text without its quotes.
 * @throws Problem IDEMPOTENCY_KEY_INVALID, also when the header was sent twice.
 */
export function idempotencyKeyOf(header: string | string[]): string {
  const text = typeof header === 'string' ? header.trim() : '';
  const quoted = QUOTED.exec(text)?.[1]?.replace(ESCAPED, '$1');
  const key = quoted ?? (BARE.test(text) ? text : '');
  if (key === '' || key.length > IDEMPOTENCY_KEY_LENGTH_MAX) throw problem('IDEMPOTENCY_KEY_INVALID');
  return key;
}

export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

/** RFC 9651 §3.3.3: printable ASCII, with a backslash before quotes and backslashes and before nothing else. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const ESCAPED = /\\(["\\])/g;
/** Node joins a header that came twice with a comma and a space. */
const BARE = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/;
