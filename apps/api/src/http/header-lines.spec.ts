import { headersOf, linesOf } from './header-lines.js';

describe('linesOf', () => {
  it('writes a line a header, which headersOf reads again', () => {
    const headers = { 'x-key-id': '1', 'www-authenticate': 'ApiKey realm="akm: keys"', 'x-empty': '' };
    expect(linesOf(headers)).toBe('x-key-id: 1\r\nwww-authenticate: ApiKey realm="akm: keys"\r\nx-empty: \r\n');
    expect(headersOf(linesOf(headers))).toEqual(headers);
  });

  it.each([
    ['x-a', 'a\r\nset-cookie: b'],
    ['x-a', 'a\nb'],
    ['x-a', 'a\0'],
    ['x-a', 'Ċ'],
    ['x-a: b\r\nx-c', 'd'],
    ['', 'a'],
  ])('refuses the header %j with the value %j', (name, value) => {
    expect(() => linesOf({ [name]: value })).toThrow(TypeError);
  });
});
