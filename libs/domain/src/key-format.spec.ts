import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { KEY_ENVIRONMENTS, digestOf, displayOf, generateKey, isKeyPrefix, parseKey, redactKeys } from './key-format.js';
import type { KeyEnvironment } from './key-format.js';

interface Vectors {
  keys: {
    key: string;
    prefix: string;
    environment: KeyEnvironment;
    random: string;
    display: string;
    sha256: string;
  }[];
  referenceKeys: { key: string; display: string; sha256: string }[];
  refused: { text: string; reason: string }[];
}

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/vectors/key-format.json'), 'utf8'),
) as Vectors;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const random = fc.uint8Array({ minLength: 32, maxLength: 32 });
const environment = fc.constantFrom(...KEY_ENVIRONMENTS);
const prefix = fc.stringMatching(/^[a-z0-9]{2,16}$/);
const key = fc.tuple(environment, random, prefix).map(([env, bytes, text]) => made(env, bytes, text));

function made(env: KeyEnvironment, bytes: Uint8Array, text?: string): string {
  return generateKey(env, () => bytes, text).reveal();
}

function replaced(text: string, at: number, character: string): string {
  return text.slice(0, at) + character + text.slice(at + 1);
}

describe('the published vectors', () => {
  it.each(vectors.keys)('$key is made of its random number and read back', (vector) => {
    expect(made(vector.environment, Buffer.from(vector.random, 'hex'), vector.prefix)).toBe(vector.key);
    expect(parseKey(vector.key)).toEqual({ kind: 'akm', prefix: vector.prefix, environment: vector.environment });
    expect(displayOf(vector.key)).toBe(vector.display);
    expect(digestOf(vector.key).toString('hex')).toBe(vector.sha256);
  });

  it.each(vectors.referenceKeys)('$key is known for a key of the reference system', (vector) => {
    expect(parseKey(vector.key)).toEqual({ kind: 'reference' });
    expect(displayOf(vector.key)).toBe(vector.display);
    expect(digestOf(vector.key).toString('hex')).toBe(vector.sha256);
  });

  it.each(vectors.refused)('what has $reason is refused and not shown', ({ text }) => {
    expect(parseKey(text)).toBeUndefined();
    expect(displayOf(text)).toBe('');
  });

  it('show every environment, other prefixes and both ends of the random numbers', () => {
    expect(new Set(vectors.keys.map((vector) => vector.environment))).toEqual(new Set(KEY_ENVIRONMENTS));
    expect(vectors.keys.some((vector) => vector.prefix !== 'akm')).toBe(true);
    expect(vectors.keys.map((vector) => vector.random)).toEqual(
      expect.arrayContaining(['00'.repeat(32), 'ff'.repeat(32)]),
    );
  });
});

describe('a key', () => {
  it('is read back as the environment and prefix it was made for', () => {
    fc.assert(
      fc.property(environment, random, prefix, (env, bytes, text) => {
        expect(parseKey(made(env, bytes, text))).toEqual({ kind: 'akm', prefix: text, environment: env });
      }),
    );
  });

  it('keeps all 256 random bits: different numbers make different keys', () => {
    fc.assert(
      fc.property(random, fc.nat(255), (bytes, bit) => {
        const other = bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(made('production', other)).not.toBe(made('production', bytes));
      }),
    );
  });

  it('has the prefix akm unless told otherwise, and asks its source for 32 bytes once', () => {
    const source = jest.fn((size: number) => new Uint8Array(size));
    expect(generateKey('staging', source).reveal()).toMatch(/^akm_stg_/);
    expect(source.mock.calls).toEqual([[32]]);
  });

  it('is not made from a source that returns too little', () => {
    expect(() => generateKey('production', () => new Uint8Array(31))).toThrow(RangeError);
  });

  it.each(['', 'a', 'a'.repeat(17), 'Akm', 'a_b', 'a-b', 'akm ', 'akm\n', 'ключ'])(
    'cannot have the prefix %j',
    (text) => {
      expect(isKeyPrefix(text)).toBe(false);
      expect(() => generateKey('production', () => new Uint8Array(32), text)).toThrow(RangeError);
    },
  );

  it('is refused after any change of a single character', () => {
    const printable = Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code));
    const characters = [...printable, '\0', '\n', '\u0130', '\ud800'];
    const changed = vectors.keys.flatMap(({ key: text }) =>
      Array.from(text).flatMap((original, at) =>
        characters.filter((character) => character !== original).map((character) => replaced(text, at, character)),
      ),
    );
    expect(changed.filter((text) => parseKey(text) !== undefined)).toEqual([]);
  });

  it('is refused after two neighbouring characters of its random part were exchanged', () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 8, max: 49 }), (text, fromEnd) => {
        const at = text.length - fromEnd;
        const [first = '', second = ''] = text.slice(at, at + 2);
        fc.pre(first !== second);
        expect(parseKey(text.slice(0, at) + second + first + text.slice(at + 2))).toBeUndefined();
      }),
    );
  });

  it('is refused when something stands before or after it', () => {
    fc.assert(
      fc.property(key, fc.string({ minLength: 1 }), (text, more) => {
        expect(parseKey(text + more)).toBeUndefined();
        expect(parseKey(`${more}_${text}`)).toBeUndefined();
      }),
    );
  });

  it('is shown without 37 of its 43 random characters', () => {
    fc.assert(
      fc.property(key, (text) => {
        expect(displayOf(text)).toBe(text.slice(0, -(37 + 6)));
      }),
    );
  });
});

describe('text that is no key', () => {
  it('is refused, whatever it is', () => {
    const nearly = fc.stringMatching(/^akm_(dev|stg|live)_[0-9A-Za-z]{49}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), nearly), (text) => {
        expect(parseKey(text)).toBeUndefined();
      }),
    );
  });
});

describe('a key of the reference system', () => {
  it('is accepted with any 43 base64url characters, and stays another key when one of them changes', () => {
    const characters = [...ALPHABET, '-', '_'];
    fc.assert(
      fc.property(random, fc.integer({ min: 4, max: 46 }), fc.constantFrom(...characters), (bytes, at, character) => {
        const text = `akm_${Buffer.from(bytes).toString('base64url')}`;
        fc.pre(text[at] !== character);
        const changed = replaced(text, at, character);
        expect(parseKey(changed)).toEqual({ kind: 'reference' });
        expect(digestOf(changed).equals(digestOf(text))).toBe(false);
      }),
    );
  });
});

describe('a digest', () => {
  it('is the SHA-256 of the whole key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(digestOf(text)).toEqual(createHash('sha256').update(text).digest());
      }),
    );
  });
});

describe('redactKeys', () => {
  it('leaves of a key what is safe to show, wherever it stands in a text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KEY_ENVIRONMENTS), fc.string(), fc.string(), (environment, before, after) => {
        const key = generateKey(environment, randomBytes).reveal();
        const redacted = redactKeys(`${before}/${key}/${after}`);
        expect(redacted).toBe(`${before}/${displayOf(key)}…/${after}`);
      }),
    );
  });

  it('knows keys of the reference system, and keys whose checksum is wrong', () => {
    const reference = `akm_${'aB3-_'.repeat(8)}xyz`;
    expect(redactKeys(`/keys/${reference}`)).toBe('/keys/akm_aB3-_a…');
    expect(redactKeys(`acme_dev_${'0'.repeat(49)}`)).toBe('acme_dev_000000…');
  });

  it('leaves every other text alone', () => {
    for (const text of [
      '/api/v1/keys/0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f',
      'curl/8.5 akm_client',
      'akm_live_4fT9Kx',
    ]) {
      expect(redactKeys(text)).toBe(text);
    }
  });
});
