import fc from 'fast-check';
import { serializeString } from 'structured-headers';
import { idempotencyKeyOf } from './idempotency-key.js';

const refused = (header: string | string[]) => {
  try {
    return idempotencyKeyOf(header);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('idempotencyKeyOf', () => {
  it('reads every string that another implementation of RFC 9651 writes', () => {
    const printable = fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme-ascii' });
    fc.assert(fc.property(printable, (key) => idempotencyKeyOf(serializeString(key)) === key));
  });

  it('takes the same text without quotes for the same key', () => {
    expect(idempotencyKeyOf('8e03978e-40d5-43e8')).toBe(idempotencyKeyOf(' "8e03978e-40d5-43e8" '));
  });

  it.each([
    ['nothing', '""'],
    ['an open quote', '"a'],
    ['a quote inside', '"a"b"'],
    ['an escape of something else', '"a\\b"'],
    ['something beyond ASCII', '"clé"'],
    ['a control character', '"a\tb"'],
    ['a parameter', '"a";b=1'],
    ['two headers', '"a", "b"'],
    ['two bare headers', 'a, b'],
    ['a list of headers', ['a', 'b']],
    ['256 characters', `"${'k'.repeat(256)}"`],
  ])('refuses %s', (_, header) => {
    expect(refused(header)).toBe('IDEMPOTENCY_KEY_INVALID');
  });

  it('takes 255 characters, escapes not counted', () => {
    expect(idempotencyKeyOf(`"${'\\"'.repeat(255)}"`)).toBe('"'.repeat(255));
  });
});
