import { hash } from 'node:crypto';
import { base62, digitAt } from './base62.js';
import { CHECKSUM_LENGTH, checksumOf, endsInChecksum } from './checksum.js';
import { PlaintextKey } from './plaintext-key.js';

// Reading and writing of a key: `<prefix>_<env>_<43 base62 digits: 256 random bits><6 base62 digits: CRC-32>`.

export const KEY_ENVIRONMENTS = ['development', 'staging', 'production'] as const;

export type KeyEnvironment = (typeof KEY_ENVIRONMENTS)[number];

export type ParsedKey =
  | { readonly kind: 'akm'; readonly prefix: string; readonly environment: KeyEnvironment }
  /** A key of the reference system: `akm_` and 43 base64url characters, with no environment and no checksum in it. */
  | { readonly kind: 'reference' };

/**
 * A new key. `randomBytes` must be a cryptographic source; it is an argument so that vectors can be reproduced.
 * Throws on a prefix that `isKeyPrefix` refuses, which the edge has checked before.
 */
export function generateKey(
  environment: KeyEnvironment,
  randomBytes: (size: number) => Uint8Array,
  prefix = 'akm',
): PlaintextKey {
  if (!isKeyPrefix(prefix)) throw new RangeError('A key prefix is 2 to 16 characters of a-z and 0-9.');
  const random = randomBytes(RANDOM_BYTES);
  if (random.length !== RANDOM_BYTES) throw new RangeError(`The random source must return ${RANDOM_BYTES} bytes.`);
  const number = BigInt(`0x${Buffer.from(random).toString('hex')}`);
  const unchecked = `${prefix}${INFIXES[environment]}${base62(number, RANDOM_LENGTH)}`;
  return new PlaintextKey(unchecked + checksumOf(unchecked));
}

/**
 * What kind of key a text is, or undefined for whatever is not exactly a key. Strict, so that one key has one spelling,
 * and cheap, so that garbage is refused without a lookup. The length comes first: it bounds all the work after it.
 */
export function parseKey(text: string): ParsedKey | undefined {
  if (text.length === REFERENCE_LENGTH) return REFERENCE_KEY.test(text) ? REFERENCE : undefined;
  if (text.length > LONGEST_KEY) return undefined;
  const randomAt = text.length - TAIL_LENGTH;
  const prefixEnd = text.indexOf('_');
  const environment = ENVIRONMENTS_BY_INFIX.get(text.slice(prefixEnd, randomAt));
  const prefix = text.slice(0, prefixEnd);
  if (environment === undefined || !isKeyPrefix(prefix)) return undefined;
  if (!isRandomPart(text.slice(randomAt, -CHECKSUM_LENGTH)) || !endsInChecksum(text)) return undefined;
  return { kind: 'akm', prefix, environment };
}

export function isKeyPrefix(text: string): boolean {
  return KEY_PREFIX.test(text);
}

/** SHA-256 of the whole key, 32 bytes: all we store of it. A plain hash is enough for 256 random bits. */
export function digestOf(text: string): Buffer {
  // By way of a string: at this length node:crypto takes half as long again to make the buffer itself.
  return Buffer.from(digestText(text), 'binary');
}

/** The digest as 32 characters, each a byte: what to look it up by in memory. */
export function digestText(text: string): string {
  return hash('sha256', text, 'binary');
}

/**
 * The part of a key that is safe to show and to search by: up to and including its first six random characters.
 * Empty for text that is not a key, because nothing about unknown text is known to be safe to show.
 */
export function displayOf(text: string): string {
  const parsed = parseKey(text);
  if (parsed === undefined) return '';
  const randomAt = parsed.kind === 'reference' ? 'akm_'.length : text.length - TAIL_LENGTH;
  return text.slice(0, randomAt + DISPLAYED_RANDOM);
}

/** The text with whatever has the shape of a key cut down to what is safe to show, its checksum right or not. */
export function redactKeys(text: string): string {
  return text.replace(SHAPE_OF_A_KEY, (_, shown?: string, reference?: string) => `${shown ?? reference ?? ''}…`);
}

function isRandomPart(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (digitAt(text, at) < 0) return false;
  return text <= LARGEST_RANDOM;
}

const RANDOM_BYTES = 32;
const RANDOM_LENGTH = 43;
const TAIL_LENGTH = RANDOM_LENGTH + CHECKSUM_LENGTH;
const DISPLAYED_RANDOM = 6;

/** 43 digits hold a little more than 256 bits; what is above is no key of ours, or one number would have two keys. */
const LARGEST_RANDOM = base62(2n ** 256n - 1n, RANDOM_LENGTH);

/** What stands between the prefix and the random part. */
const INFIXES: Readonly<Record<KeyEnvironment, string>> = {
  development: '_dev_',
  staging: '_stg_',
  production: '_live_',
};
const ENVIRONMENTS_BY_INFIX = new Map(KEY_ENVIRONMENTS.map((environment) => [INFIXES[environment], environment]));

const KEY_PREFIX = /^[a-z0-9]{2,16}$/;
const LONGEST_KEY = 16 + INFIXES.production.length + TAIL_LENGTH;

const REFERENCE_KEY = /^akm_[0-9A-Za-z_-]{43}$/;
const REFERENCE_LENGTH = 47;
const REFERENCE: ParsedKey = { kind: 'reference' };

const SHAPE_OF_A_KEY =
  /([a-z0-9]{2,16}_(?:dev|stg|live)_[0-9A-Za-z]{6})[0-9A-Za-z]{43}|(akm_[0-9A-Za-z_-]{6})[0-9A-Za-z_-]{37}/g;
