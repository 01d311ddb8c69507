// Bytes as 32-bit words: what a digest and an id are while they lie in a table.
import { randomInt } from 'node:crypto';

/** Reads a text of one byte a character. */
export function wordsOfBytes(text: string, words: Uint32Array): void {
  for (let word = 0; word < words.length; word++) {
    const at = 4 * word;
    words[word] =
      text.charCodeAt(at) |
      (text.charCodeAt(at + 1) << 8) |
      (text.charCodeAt(at + 2) << 16) |
      (text.charCodeAt(at + 3) << 24);
  }
}

/** Reads a UUID in its usual form, in either case. By digits: it is done at every use of a key, and makes no strings. */
export function wordsOfUuid(uuid: string, words: Uint32Array, at: number): void {
  for (let word = 0; word < 4; word++) {
    let bits = 0;
    for (let digit = 8 * word; digit < 8 * word + 8; digit++) {
      bits = (bits << 4) | (VALUES[uuid.charCodeAt(PLACES[digit] ?? 0)] ?? 0);
    }
    words[at + word] = bits;
  }
}

/**
 * Reads a UUID in lower case from a text that may be anything else: what it is costs no more than reading it.
 * @returns false where it is no such UUID, with something or other in the words.
 */
export function wordsOfUuidIfOne(text: string, words: Uint32Array): boolean {
  if (text.length !== 36) return false;
  let all = 0;
  for (let word = 0; word < 4; word++) {
    let bits = 0;
    for (let digit = 8 * word; digit < 8 * word + 8; digit++) {
      const value = LOWER_CASE_VALUES[text.charCodeAt(PLACES[digit] ?? 0)] ?? NO_DIGIT;
      all |= value;
      bits = (bits << 4) | value;
    }
    words[word] = bits;
  }
  return all < NO_DIGIT && hasDashes(text);
}

/** Writes a UUID in lower case. By characters: to make a text of bytes is a call out of JavaScript, and takes twice as long. */
export function uuidOfWords(words: Uint32Array, at: number): string {
  const [a, b, c, d] = [words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0];
  // prettier-ignore
  return String.fromCharCode(
    hex(a, 0), hex(a, 1), hex(a, 2), hex(a, 3), hex(a, 4), hex(a, 5), hex(a, 6), hex(a, 7), DASH,
    hex(b, 0), hex(b, 1), hex(b, 2), hex(b, 3), DASH, hex(b, 4), hex(b, 5), hex(b, 6), hex(b, 7), DASH,
    hex(c, 0), hex(c, 1), hex(c, 2), hex(c, 3), DASH, hex(c, 4), hex(c, 5), hex(c, 6), hex(c, 7),
    hex(d, 0), hex(d, 1), hex(d, 2), hex(d, 3), hex(d, 4), hex(d, 5), hex(d, 6), hex(d, 7),
  );
}

function hasDashes(text: string): boolean {
  return (
    text.charCodeAt(8) === DASH &&
    text.charCodeAt(13) === DASH &&
    text.charCodeAt(18) === DASH &&
    text.charCodeAt(23) === DASH
  );
}

/** The character of a digit. */
function hex(word: number, digit: number): number {
  return HEX[(word >>> (28 - 4 * digit)) & 15] ?? 0;
}

/**
 * A hash of some words for a table in memory. Seeded, so that nobody who chooses what is stored, say the digests of an
 * import, can choose where it is stored and pile up a million of them in one place.
 */
export function hashOfWords(words: Uint32Array, at: number, count: number): number {
  let hash = SEED;
  for (let word = at; word < at + count; word++) {
    hash = Math.imul(hash ^ (words[word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, 0x85ebca6b) >>> 0;
}

export function areSame(a: Uint32Array, atA: number, b: Uint32Array, atB: number, count: number): boolean {
  for (let word = 0; word < count; word++) if (a[atA + word] !== b[atB + word]) return false;
  return true;
}

const SEED = randomInt(2 ** 32 - 1) | 0;
const HEX = Buffer.from('0123456789abcdef');
/** Of hexadecimal digits, by character code. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);
const NO_DIGIT = 16;
const LOWER_CASE_VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = HEX.indexOf(code);
  return value === -1 ? NO_DIGIT : value;
});
const DASH = 0x2d;

/** Where the digits stand. */
const PLACES = Uint8Array.from(
  [...'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'].flatMap((mark, at) => (mark === 'x' ? [at] : [])),
);
