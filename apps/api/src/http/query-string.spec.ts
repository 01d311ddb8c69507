import { randomBytes } from 'node:crypto';
import { generateKey } from '#domain';
import { keyInUrl, queryFault } from './query-string.js';

describe('a query string', () => {
  it.each(['/a', '/a?', '/a?b', '/a?b=1&c=1', '/a?b=%C3%A9+x', '/a?&&b=1', '/a?q=a%26b%3D1', '/a?q=key', '/a?key='])(
    'is in order in %s',
    (url) => {
      expect(queryFault(url)).toBeUndefined();
    },
  );

  it.each([
    ['/a?b=1&b=1', 'REPEATED_PARAMETER'],
    ['/a?b=1&%62=2', 'REPEATED_PARAMETER'],
    ['/a?b&c&b', 'REPEATED_PARAMETER'],
    ['/a?b=%', 'INVALID_TEXT'],
    ['/a?b=%c0%af', 'INVALID_TEXT'],
    ['/a?b=%ed%a0%80', 'INVALID_TEXT'],
    ['/a?%00=1', 'INVALID_TEXT'],
    ['/a?b=a%00', 'INVALID_TEXT'],
    ['/a?__proto__=1', 'BAD_REQUEST'],
    ['/a?%5f_proto__=1', 'BAD_REQUEST'],
  ])('is refused in %s as %s', (url, code) => {
    expect(queryFault(url)).toEqual({ code });
  });

  it.each(['api_key', 'apikey', 'API-Key', 'key', 'X-API-Key', 'access_token', '%6bey'])(
    'may not carry a key called %s',
    (name) => {
      expect(queryFault(`/a?b=1&b=2&${name}=s3cret%21`)).toEqual({ code: 'KEY_IN_QUERY', key: 's3cret!' });
    },
  );

  it('may not carry a key under any name', () => {
    const key = generateKey('production', randomBytes).reveal();
    expect(queryFault(`/a?q=${key}`)).toEqual({ code: 'KEY_IN_QUERY', key });
    expect(queryFault(`/a?q=${key.slice(0, -1)}`)).toBeUndefined();
  });

  describe.each([
    ['of akm', generateKey('production', randomBytes).reveal()],
    ['of the reference system', `akm_${'aB3-_'.repeat(8)}xyz`],
  ])('may not carry a key %s', (_, key) => {
    it.each<[string, (key: string) => string]>([
      ['as a name', (text) => text],
      ['as a name with a value', (text) => `a=1&${text}=1`],
      ['escaped', (text) => text.replaceAll('_', '%5f')],
      ['beside bytes that are no text', (text) => `${text}=%ff`],
      ['within a path', (text) => `next=/keys/${text}/x`],
      ['within an escaped URL', (text) => `next=${encodeURIComponent(`https://a.example/?k=${text}&b`)}`],
      ['in a fragment', (text) => `a=1#${text}`],
      ['in a list', (text) => `keys=1,${text}`],
      ['as a header', (text) => `authorization=Bearer+${text}`],
    ])('%s', (__, query) => {
      expect(queryFault(`/a?${query(key)}`)).toEqual({ code: 'KEY_IN_QUERY', key });
      expect(keyInUrl(`//a?${query(key)}`)).toBe(key);
    });

    it('but something longer that has the letters of one', () => {
      expect(queryFault(`/a?x${key}x=1`)).toBeUndefined();
      expect(keyInUrl(`/a?x${key}x=1`)).toBeUndefined();
    });
  });
});
