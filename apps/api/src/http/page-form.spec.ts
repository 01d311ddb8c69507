import { listOf, parsePageForm, textOf } from './page-form.js';

describe('parsePageForm', () => {
  it('reads a field that came once as a text, and one that came again as a list', () => {
    expect(parsePageForm('name=a+b&id=1&id=2')).toEqual({ name: 'a b', id: ['1', '2'] });
  });

  it('tells line breaks by one character', () => {
    expect(parsePageForm('text=a%0D%0Ab%0Dc%0Ad')).toEqual({ text: 'a\nb\nc\nd' });
  });

  it.each([
    ['a control character', 'name=a%00b'],
    ['more fields than any page has', Array.from({ length: 301 }, (_, n) => `f${n}=1`).join('&')],
    ['as many values of one field', Array.from({ length: 301 }, () => 'f=1').join('&')],
  ])('refuses %s', (_, text) => {
    expect(() => parsePageForm(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
  });

  it('takes no name for more than a name', () => {
    const form = parsePageForm('__proto__=x');
    expect([textOf(form, '__proto__'), textOf(form, 'constructor'), listOf(form, 'toString')]).toEqual(['x', '', []]);
  });
});
