import { domainToASCII } from 'node:url';

/** A name as its owner typed it and as it is compared. Two spellings are the same identity when `canonical` is equal. */
export interface Identity {
  readonly display: string;
  readonly canonical: string;
}

/** RFC 5321 §4.5.3.1 in UTF-8 bytes; the whole path of 256 includes two angle brackets. */
export const EMAIL_BYTES_MAX = 254;
const LOCAL_PART_BYTES_MAX = 64;
export const USERNAME_PATTERN = /^[A-Za-z0-9_]{3,50}$/;

/**
 * Reads an e-mail address: the dot-atom of RFC 5321 with the letters of RFC 6531, and a domain of at least two labels.
 * Quoted local parts, comments and address literals are refused: no mailbox of ours needs them, and they make
 * comparing spellings hopeless. Dots and `+tags` are kept, since what they mean is known to the receiving server only.
 * @returns undefined for anything that is not exactly an address.
 */
export function parseEmail(text: string): Identity | undefined {
  const display = plain(text);
  if (display === undefined) return undefined;
  const folded = fold(display);
  const at = folded.lastIndexOf('@');
  const local = folded.slice(0, at);
  const domain = canonicalDomain(folded.slice(at + 1));
  if (!LOCAL_PART.test(local) || Buffer.byteLength(local) > LOCAL_PART_BYTES_MAX || domain === undefined) {
    return undefined;
  }
  const canonical = `${local}@${domain}`;
  return Math.max(Buffer.byteLength(canonical), Buffer.byteLength(display)) > EMAIL_BYTES_MAX
    ? undefined
    : { display, canonical };
}

/**
 * Reads a username: 3 to 50 ASCII letters, digits and underscores, once compatibility forms such as full-width letters
 * are written plainly.
 * @returns undefined for anything else.
 */
export function parseUsername(text: string): Identity | undefined {
  const display = plain(text)?.normalize('NFKC');
  return display !== undefined && USERNAME_PATTERN.test(display) ? { display, canonical: fold(display) } : undefined;
}

/** Long enough for every spelling that can still become a valid name; what is longer is not looked at. */
const TEXT_LENGTH_MAX = 1000;
/** Zero-width, bidi and other characters that change an identity without being seen. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/u;

function plain(text: string): string | undefined {
  if (text.length > TEXT_LENGTH_MAX) return undefined;
  const trimmed = text.trim();
  return INVISIBLE.test(trimmed) ? undefined : trimmed;
}

const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** Turned into something else by the URL parser behind `domainToASCII`, or cut off there. */
const NOT_IN_A_DOMAIN = /[^\p{L}\p{M}\p{N}.-]/u;

/** The domain as the DNS knows it: punycode, lower case, without the dot of the root. */
function canonicalDomain(text: string): string | undefined {
  // NFKC leaves the ideographic full stops, which IDNA (UTS 46) reads as dots.
  const dotted = text.replace(/[\u3002\uff61]/g, '.').replace(/\.$/, '');
  if (NOT_IN_A_DOMAIN.test(dotted)) return undefined;
  const ascii = domainToASCII(dotted);
  return DOMAIN.test(ascii) ? ascii : undefined;
}

/**
 * Makes spellings equal that any reader could take for each other by case or Unicode form. Upper case comes before
 * lower case so that letters which meet in only one of them meet here (`ſ` and `s`, `ß` and `ss`, `ı` and `i`); the
 * dot that lowering `İ` leaves behind is dropped. Repeated until nothing changes, because normalising what was dropped
 * or lowered can bring up another pair.
 */
function fold(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/i\u0307+/g, 'i');
  return folded === text ? text : fold(folded);
}
