import { randomInt } from 'node:crypto';

/** Neither vowels nor characters that look alike: it is read from a terminal and typed into a form. */
const ALPHABET = '23456789bcdfghjkmnpqrstvwxyz';
const GROUPS = 7;
const GROUP_LENGTH = 4;

/** A password for one sign-in, 134 random bits: `k7m2-x9dp-…`. */
export function newOneTimePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
