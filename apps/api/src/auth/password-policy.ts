import { COMMON_PASSWORDS } from './common-passwords.js';

/** In Unicode code points; the same bounds stand in the API description. */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/**
 * Why a password cannot be accepted, as a sentence part after the field's name, or undefined if it can. There is no rule
 * about kinds of characters: they make passwords harder to remember, not harder to guess (NIST SP 800-63B-4).
 * @param names E-mail address and username of the person: a password made of them is the first guess.
 */
export function passwordWeakness(password: string, names: readonly string[]): string | undefined {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  if (length < PASSWORD_LENGTH.min) return `must be at least ${PASSWORD_LENGTH.min} characters long`;
  if (length > PASSWORD_LENGTH.max) return `must be at most ${PASSWORD_LENGTH.max} characters long`;
  const plain = text.toLowerCase();
  if (isMadeOf(names, plain)) return 'must not be made of your e-mail address or username';
  if (isCommon(plain)) return 'is one of the passwords that are tried first; choose a less common one';
  return isRegular(plain) ? 'must not be a repetition or a sequence' : undefined;
}

/** What must be left of a password when the person's names are taken out of it: `ada.lovelace1815` leaves `1815`. */
const OWN_CHARACTERS_MIN = 6;
const NAME_LENGTH_MIN = 3;

function isMadeOf(names: readonly string[], password: string): boolean {
  const words = names
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= NAME_LENGTH_MIN)
    .sort((a, b) => b.length - a.length);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), password);
  return rest !== password && [...rest.replace(/[^\p{L}\p{N}]/gu, '')].length < OWN_CHARACTERS_MIN;
}

/** A known password is no better for a few digits or signs around it, or for `0` and `@` in the place of letters. */
function isCommon(password: string): boolean {
  const core = password.replace(/^[\d\W_]+|[\d\W_]+$/g, '');
  const lettered = [...password].map((character) => LETTER_OF[character] ?? character).join('');
  return [password, lettered, core].some((form) => COMMON_PASSWORDS.has(form));
}

const LETTER_OF: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

const DISTINCT_MIN = 5;
const ROWS = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];
const LINES = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))];

/** Few different characters, one piece over and over, or a walk along the alphabet or the keyboard. */
function isRegular(password: string): boolean {
  return (
    new Set(password).size < DISTINCT_MIN ||
    /^(.{1,6})\1+$/su.test(password) ||
    LINES.some((line) => line.repeat(2).includes(password))
  );
}
