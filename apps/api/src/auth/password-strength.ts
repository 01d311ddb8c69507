import type { ZxcvbnFactory, ZxcvbnResult } from '@zxcvbn-ts/core';
import { KNOWN_PHRASES } from './known-phrases.js';

/**
 * Why a password is too easy to guess, as a sentence part after the field's name, or undefined if it is not. What it
 * loads the first time takes a fifth of a second; a check takes a few milliseconds, whatever the password.
 * @param words the person's own, which are guessed first.
 */
export async function guessability(password: string, words: readonly string[]): Promise<string | undefined> {
  estimator ??= loadEstimator();
  const estimate = estimateOf(await estimator, password, words);
  if (estimate.guessesLog10 >= GUESSES_LOG10_MIN) return undefined;
  const parts = [...new Set(estimate.sequence.flatMap((match) => partOf(match) ?? []))];
  return `is too easy to guess${parts.length > 0 ? `: it is made of ${listed(parts)}` : ''}`;
}

/**
 * A hundred million guesses. The lock on sign-ins lets through fewer than 200,000 a year for one account; somebody who
 * has stolen the hashes needs a core for a month and more, for each of them.
 */
const GUESSES_LOG10_MIN = 8;

/**
 * Bounds that keep a check from holding up everything else: without them a random password of 128 characters takes
 * seconds. Words are found in the first 48 characters; letters replaced by digits and signs, in a few ways.
 */
const BOUNDS = { maxLength: 48, l33tMaxSubstitutions: 4 };

let estimator: Promise<ZxcvbnFactory> | undefined;

/** Not at the start: most processes never see a new password. Three imports, so that requests get in between. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const { ZxcvbnFactory: Estimator } = await import('@zxcvbn-ts/core');
  const common = await import('@zxcvbn-ts/language-common');
  const english = await import('@zxcvbn-ts/language-en');
  const words = Object.entries(english.dictionary).filter(([name]) => name !== SURNAMES);
  return new Estimator({
    dictionary: { ...common.dictionary, ...Object.fromEntries(words), [PHRASES]: [...KNOWN_PHRASES] },
    graphs: common.adjacencyGraphs,
    ...BOUNDS,
  });
}

type Estimate = Pick<ZxcvbnResult, 'guessesLog10' | 'sequence'>;

/**
 * The lower of two estimates, because signs between and behind words are taken for chance by the estimator and are the
 * first thing that people add when a rule asks for more: each kind of them counts as one character, however often.
 */
function estimateOf(estimator: ZxcvbnFactory, password: string, words: readonly string[]): Estimate {
  const whole = estimator.check(password, [...words]);
  const plain = password.replace(SIGNS, '');
  if (plain === '' || plain === password) return whole;
  const kinds = new Set(password.match(SIGNS)).size;
  const { guessesLog10, sequence } = estimator.check(plain, [...words]);
  return whole.guessesLog10 <= guessesLog10 + kinds ? whole : { guessesLog10: guessesLog10 + kinds, sequence };
}

const SIGNS = /[^\p{L}\p{N}]/gu;
const PHRASES = 'phrases';
/** Takes three times as long to prepare as all other lists, which know the frequent ones. */
const SURNAMES = 'lastnames-en';

function partOf(match: Estimate['sequence'][number]): string | undefined {
  if (!('dictionaryName' in match)) return PATTERNS[match.pattern];
  return DICTIONARIES[String(match.dictionaryName)] ?? 'a common word';
}

const DICTIONARIES: Readonly<Record<string, string>> = {
  userInputs: 'your e-mail address or username',
  'passwords-common': 'a common password',
  [PHRASES]: 'a well-known phrase',
};

/** Whatever is not here was guessed character by character. */
const PATTERNS: Readonly<Record<string, string>> = {
  repeat: 'a repetition',
  sequence: 'a sequence',
  spatial: 'neighbouring keys',
  date: 'a date',
  regex: 'a year',
};

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
