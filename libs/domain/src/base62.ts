const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * `value` as exactly `length` base62 digits, most significant first; throws if it does not fit. The digits are in ASCII
 * order, so numbers of one length compare as their texts do.
 */
export function base62(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  for (let digit = 0; digit < length; digit++) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  if (rest !== 0n || value < 0n) throw new RangeError(`The value does not fit in ${length} base62 digits.`);
  return text;
}

/** What the digit at a place of a text is worth, or -1 if no base62 digit stands there. */
export function digitAt(text: string, at: number): number {
  return VALUES[text.charCodeAt(at)] ?? -1;
}

const VALUES = Int8Array.from({ length: 128 }, (_, code) => DIGITS.indexOf(String.fromCharCode(code)));
