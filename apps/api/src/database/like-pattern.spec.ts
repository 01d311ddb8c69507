import { anywhere, foundIn, inAnyCase } from './like-pattern.js';

describe('anywhere', () => {
  it('takes nothing in a text for a wildcard', () => {
    expect(anywhere('50%_a\\b')).toBe('%50\\%\\_a\\\\b%');
  });
});

describe('inAnyCase', () => {
  it.each([
    ['worker/99', '%/99%', '%worker/99%'],
    ['Curl/8.5.0 (x86_64)', '%/8.5.0 (%', '%Curl/8.5.0 (x86\\_64)%'],
    ['nothing', '%%', '%nothing%'],
    ['', '%%', '%%'],
  ])('looks for what of %s has no case first', (text, caseless, whole) => {
    expect(inAnyCase(text)).toEqual([caseless, whole]);
  });
});

describe('foundIn', () => {
  it('folds both sides by the same rules', () => {
    expect(foundIn('text', ['$1', '$2'])).toBe('(text LIKE $1 AND lower(text COLLATE "C") LIKE lower($2 COLLATE "C"))');
  });
});
