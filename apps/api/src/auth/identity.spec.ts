import fc from 'fast-check';
import { parseEmail, parseUsername } from './identity.js';

const canonicalEmail = (text: string) => parseEmail(text)?.canonical;
const canonicalUsername = (text: string) => parseUsername(text)?.canonical;

describe('an e-mail address', () => {
  it.each([
    ['case', 'Ada.Lovelace@Example.COM', 'ada.lovelace@example.com'],
    ['spaces around it', ' \u3000ada@example.com\t', 'ada@example.com'],
    ['full-width letters', 'ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ada@example.com'],
    ['the long s', 'miſs@example.com', 'miss@example.com'],
    ['the sharp s', 'straße@example.com', 'strasse@example.com'],
    ['the dotted capital I', 'İda@example.com', 'ida@example.com'],
    ['the dotted capital I in two characters', 'I\u0307da@example.com', 'ida@example.com'],
    ['the dotless i', 'ıda@example.com', 'ida@example.com'],
    ['the Kelvin sign', '\u212Aarl@example.com', 'karl@example.com'],
    ['a ligature', 'ﬁona@example.com', 'fiona@example.com'],
    ['a final sigma', 'Οδυσσευς@example.com', 'οδυσσευσ@example.com'],
    ['composed and decomposed accents', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['the dot of the DNS root', 'ada@example.com.', 'ada@example.com'],
    ['an ideographic full stop', 'ada@example。com', 'ada@example.com'],
    ['punycode', 'ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ])('is the same whatever %s', (_, spelling, other) => {
    expect(canonicalEmail(spelling)).toBeDefined();
    expect(canonicalEmail(spelling)).toBe(canonicalEmail(other));
  });

  it('keeps the spelling its owner chose for display', () => {
    expect(parseEmail(' Ada@Example.com ')).toEqual({ display: 'Ada@Example.com', canonical: 'ada@example.com' });
  });

  it.each([
    ['dots of the local part', 'a.da@example.com'],
    ['a tag', 'ada+test@example.com'],
    ['a Cyrillic look-alike', '\u0430da@example.com'],
    ['another accent', 'àda@example.com'],
  ])('is another one with %s', (_, other) => {
    expect(canonicalEmail(other)).toBeDefined();
    expect(canonicalEmail(other)).not.toBe('ada@example.com');
  });

  it.each([
    ['', 'nothing'],
    ['ada', 'no domain'],
    ['@example.com', 'no local part'],
    ['ada@localhost', 'a domain of one label'],
    ['ada@example.c', 'a top-level domain of one letter'],
    ['ada@127.0.0.1', 'an address for a domain'],
    ['ada@0x7f.0x1', 'an address in hexadecimal'],
    ['ada@[127.0.0.1]', 'an address literal'],
    ['ada@example.com@example.org', 'two at signs'],
    ['"ada lovelace"@example.com', 'a quoted local part'],
    ['ada lovelace@example.com', 'a space inside'],
    ['.ada@example.com', 'a leading dot'],
    ['ada..l@example.com', 'two dots'],
    ['ada@exa mple.com', 'a space in the domain'],
    ['ada@-example.com', 'a label that begins with a hyphen'],
    ['ada@example..com', 'an empty label'],
    ['ada@example.com/path', 'a path'],
    ['ada@example.com:25', 'a port'],
    ['ada\u200b@example.com', 'a zero-width space'],
    ['ada\u00ad@example.com', 'a soft hyphen'],
    ['\u202eada@example.com', 'a bidi control'],
    ['ada\u3164@example.com', 'an invisible letter'],
    ['ada\u0000@example.com', 'a NUL'],
    [`${'a'.repeat(65)}@example.com`, 'a local part of 65 bytes'],
    [`ada@${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(60)}.com`, 'more than 254 bytes'],
  ])('is refused: %j (%s)', (text) => {
    expect(parseEmail(text)).toBeUndefined();
  });

  it('is settled by one reading: the canonical form of a canonical form is itself', () => {
    fc.assert(
      fc.property(emails, (email) => {
        const canonical = canonicalEmail(email);
        fc.pre(canonical !== undefined);
        expect(canonicalEmail(canonical)).toBe(canonical);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in every Unicode normal form and in either case', () => {
    fc.assert(
      fc.property(emails, (email) => {
        const canonical = canonicalEmail(email);
        fc.pre(canonical !== undefined);
        for (const spelling of spellings(email)) expect(canonicalEmail(spelling)).toBe(canonical);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a username', () => {
  it.each([
    ['case', 'Ada_Lovelace', 'ada_lovelace'],
    ['spaces around it', '  ada ', 'ada'],
    ['full-width letters', 'ＡＤＡ＿１', 'ada_1'],
    ['the long s', 'miſs', 'miss'],
    ['the Kelvin sign', '\u212Aarl', 'karl'],
  ])('is the same whatever %s', (_, spelling, other) => {
    expect(canonicalUsername(spelling)).toBe(other);
  });

  it.each(['ab', 'a'.repeat(51), 'ada-l', 'ada l', 'İda', 'ıda', 'ädä', 'ada\u200b', 'ada\n1', '\u0430da', ''])(
    'is refused: %j',
    (text) => {
      expect(parseUsername(text)).toBeUndefined();
    },
  );

  it('is shown in plain letters, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(parseUsername(text)?.display ?? 'abc').toMatch(/^[A-Za-z0-9_]{3,50}$/);
      }),
    );
  });
});

const letters = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
const tricky = fc.array(fc.constantFrom(...'aZ9İıſßẞΣςσKÅéﬁǆΐŉḮＡ\u0307\u0301'), { minLength: 1, maxLength: 8 });
const emails = fc
  .tuple(
    fc.oneof(
      letters,
      tricky.map((characters) => characters.join('')),
    ),
    fc.constantFrom('example.com', 'BÜCHER.de'),
  )
  .map(([local, domain]) => `${local}@${domain}`);

function spellings(email: string): string[] {
  const forms = (['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((form) => email.normalize(form));
  return [...forms, email.toUpperCase(), email.toLowerCase(), ` ${email}. `];
}
