import fc from 'fast-check';
import { areSame, hashOfWords, uuidOfWords, wordsOfBytes, wordsOfUuid, wordsOfUuidIfOne } from './words.js';

describe('words', () => {
  it('give back the UUID they were made of', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const words = new Uint32Array(6);
        wordsOfUuid(uuid.toUpperCase(), words, 1);
        expect(uuidOfWords(words, 1)).toBe(uuid);
        expect([words[0], words[5]]).toEqual([0, 0]);
      }),
    );
  });

  it('are made of a UUID in lower case, and of no other text where any may come', () => {
    const words = new Uint32Array(4);
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.nat({ max: 35 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        (uuid, at, other) => {
          expect(wordsOfUuidIfOne(uuid, words)).toBe(true);
          expect(uuidOfWords(words, 0)).toBe(uuid);
          const text = uuid.slice(0, at) + other + uuid.slice(at + 1);
          expect(wordsOfUuidIfOne(text, words)).toBe(UUID.test(text));
          expect(wordsOfUuidIfOne(uuid.slice(0, at), words)).toBe(false);
          expect(wordsOfUuidIfOne(uuid + other, words)).toBe(false);
        },
      ),
    );
    expect(wordsOfUuidIfOne('0198F0C4-7d5e-7a31-9d2f-1c2b3a4d5e6f', words)).toBe(false);
  });

  it('are the same, and have the same hash, exactly when the bytes are', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, fc.nat({ max: 31 }), fc.integer({ min: 1, max: 255 }), (given, at, difference) => {
        const read = (from: Uint8Array) => {
          const words = new Uint32Array(8);
          wordsOfBytes(Buffer.from(from).toString('latin1'), words);
          return words;
        };
        const other = Uint8Array.from(given);
        other[at] = (other[at] ?? 0) ^ difference;
        expect(areSame(read(given), 0, read(given), 0, 8)).toBe(true);
        expect(areSame(read(given), 0, read(other), 0, 8)).toBe(false);
        expect(hashOfWords(read(given), 0, 8)).toBe(hashOfWords(read(given), 0, 8));
        expect(hashOfWords(read(given), 0, 8)).not.toBe(hashOfWords(read(other), 0, 8));
      }),
    );
  });

  it('spread even where only the last of them differ', () => {
    const stripes = new Set<number>();
    const words = new Uint32Array(4);
    for (let last = 0; last < 4_096; last++) {
      words[3] = last;
      stripes.add(hashOfWords(words, 0, 4) >>> 24);
    }
    expect(stripes.size).toBe(256);
  });
});

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
