import { guessability } from './password-strength.js';

/** In Unicode code points; the same bounds stand in the API description. */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/**
 * Why a password cannot be accepted, as a sentence part after the field's name, or undefined if it can. There is no rule
 * about kinds of characters: they make passwords harder to remember, not harder to guess (NIST SP 800-63B-4).
 * @param names E-mail address and username of the person: a password made of them is the first guess.
 */
export async function passwordWeakness(password: string, names: readonly string[]): Promise<string | undefined> {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  if (length < PASSWORD_LENGTH.min) return `must be at least ${PASSWORD_LENGTH.min} characters long`;
  if (length > PASSWORD_LENGTH.max) return `must be at most ${PASSWORD_LENGTH.max} characters long`;
  const own = wordsOf(names);
  if (isMadeOf(own, text)) return 'must not be made of your e-mail address or username';
  if (isMadeOf([...own, ...SERVICE_WORDS], text)) return 'must not be made of the name of this service or its roles';
  return guessability(text, own);
}

/** What must be left of a password when known words are taken out of it: `ada.lovelace1815` leaves `1815`. */
const OWN_CHARACTERS_MIN = 6;
const NAME_LENGTH_MIN = 3;

/** What somebody who looks at the sign-in page knows. In lower case, longer ones before those they contain. */
const SERVICE_WORDS = ['administrator', 'apikeymanager', 'developer', 'readonly', 'apikeys', 'apikey', 'admin', 'akm'];

function wordsOf(names: readonly string[]): string[] {
  return names
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= NAME_LENGTH_MIN)
    .sort((a, b) => b.length - a.length);
}

function isMadeOf(words: readonly string[], password: string): boolean {
  const plain = password.toLowerCase();
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), plain);
  return rest !== plain && [...rest.replace(/[^\p{L}\p{N}]/gu, '')].length < OWN_CHARACTERS_MIN;
}
