import { hash } from 'node:crypto';
import { base62 } from './base62.js';
import { CHECKSUM_LENGTH, checksumOf } from './checksum.js';
import { PlaintextKey } from './plaintext-key.js';

/** Reading and writing of a key: `<prefix>_<env>_<43 base62 digits: 256 random bits><6 base62 digits: CRC-32>`. */
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
  const unchecked = `${prefix}_${ENVIRONMENT_CODES[environment]}_${base62(number, RANDOM_LENGTH)}`;
  return new PlaintextKey(unchecked + checksumOf(unchecked));
}

/**
 * What kind of key a text is, or undefined for whatever is not exactly a key. Strict, so that one key has one spelling,
 * and cheap, so that garbage is refused without a lookup: whoever sends it has spent more than we have.
 */
export function parseKey(text: string): ParsedKey | undefined {
  if (text.length > LONGEST_KEY) return undefined;
  if (REFERENCE_KEY.test(text)) return REFERENCE;
  const parts = KEY.exec(text);
  if (parts === null) return undefined;
  const [, prefix = '', code = '', random = '', checksum = ''] = parts;
  if (random > LARGEST_RANDOM || checksumOf(text.slice(0, -CHECKSUM_LENGTH)) !== checksum) return undefined;
  return { kind: 'akm', prefix, environment: ENVIRONMENTS_BY_CODE[code as EnvironmentCode] };
}

export function isKeyPrefix(text: string): boolean {
  return /^[a-z0-9]{2,16}$/.test(text);
}

/** SHA-256 of the whole key, 32 bytes: all we store of it. A plain hash is enough for 256 random bits. */
export function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/**
 * The part of a key that is safe to show and to search by: up to and including its first six random characters.
 * Empty for text that is not a key, because nothing about unknown text is known to be safe to show.
 */
export function displayOf(text: string): string {
  const parsed = parseKey(text);
  if (parsed === undefined) return '';
  const randomAt =
    parsed.kind === 'reference' ? REFERENCE_PREFIX.length : text.length - CHECKSUM_LENGTH - RANDOM_LENGTH;
  return text.slice(0, randomAt + DISPLAYED_RANDOM);
}

const ENVIRONMENT_CODES = { development: 'dev', staging: 'stg', production: 'live' } as const satisfies Record<
  KeyEnvironment,
  string
>;

type EnvironmentCode = (typeof ENVIRONMENT_CODES)[KeyEnvironment];

const ENVIRONMENTS_BY_CODE: Record<EnvironmentCode, KeyEnvironment> = {
  dev: 'development',
  stg: 'staging',
  live: 'production',
};

const RANDOM_BYTES = 32;
const RANDOM_LENGTH = 43;
const DISPLAYED_RANDOM = 6;

/** 43 digits hold a little more than 256 bits; what is above is no key of ours, or one number would have two keys. */
const LARGEST_RANDOM = base62(2n ** 256n - 1n, RANDOM_LENGTH);

/** No two neighbouring parts share a character that could end either, so matching never goes back. */
const KEY = /^([a-z0-9]{2,16})_(dev|stg|live)_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;
const LONGEST_KEY = 16 + '_live_'.length + RANDOM_LENGTH + CHECKSUM_LENGTH;

const REFERENCE_PREFIX = 'akm_';
const REFERENCE_KEY = /^akm_[0-9A-Za-z_-]{43}$/;
const REFERENCE: ParsedKey = { kind: 'reference' };
