import { presentedKey } from './presented-key.js';

describe('presentedKey', () => {
  it.each([
    [{ 'x-api-key': 'k' }, 'k'],
    [{ authorization: 'ApiKey k' }, 'k'],
    [{ authorization: 'apikey k' }, 'k'],
    [{ authorization: 'Bearer   k ' }, 'k'],
    [{ 'x-api-key': 'k', authorization: 'Bearer other' }, 'k'],
    [{ authorization: 'Basic k' }, null],
    [{ authorization: 'Bearer' }, null],
    [{ authorization: 'Bearer a b' }, null],
    [{}, null],
  ])('of %j is %s', (headers, key) => {
    expect(presentedKey(headers)).toBe(key);
  });

  it('reads an empty X-API-Key as a key that is malformed, not as one that is missing', () => {
    expect(presentedKey({ 'x-api-key': '' })).toBe('');
  });

  it('makes no key out of two', () => {
    expect(presentedKey({ 'x-api-key': ['a', 'b'] })).toBe('a, b');
  });
});
