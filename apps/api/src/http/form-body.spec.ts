import { parseForm } from './form-body.js';

describe('parseForm', () => {
  it('reads fields, and an empty form as none', () => {
    expect(parseForm('token=a%2Bb+c&hint=')).toEqual({ token: 'a+b c', hint: '' });
    expect(parseForm('')).toEqual({});
  });

  it.each([
    ['a field that comes twice', 'token=a&token=b'],
    ['a control character', 'token=a%00b'],
    ['more fields than anybody sends', Array.from({ length: 33 }, (_, n) => `f${n}=1`).join('&')],
  ])('refuses %s', (_, text) => {
    expect(() => parseForm(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
  });

  it('takes no name for more than a name', () => {
    expect(Object.getPrototypeOf(parseForm('__proto__=x'))).toBe(Object.prototype);
  });
});
