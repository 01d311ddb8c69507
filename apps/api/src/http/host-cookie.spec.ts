import { HostCookie } from './host-cookie.js';

describe('HostCookie', () => {
  const cookie = new HostCookie('akm');
  const read = (header?: string) => cookie.read({ headers: header === undefined ? {} : { cookie: header } });

  it('is found among others, however they are spaced', () => {
    expect([read('a=b; __Host-akm=x_1-Y'), read('__Host-akm=x;a=b'), read(' __Host-akm = x ')]).toEqual([
      'x_1-Y',
      'x',
      'x',
    ]);
  });

  it.each([undefined, '', 'akm=x', '__host-akm=x', '__Host-akm=', '__Host-akm="x"', '__Host-akm=x; __Host-akm=y'])(
    'is not found in %p',
    (header) => {
      expect(read(header)).toBeUndefined();
    },
  );

  it('takes no value that could end it and begin another attribute', () => {
    expect(() => {
      cookie.set({} as never, 'x; Domain=example.org');
    }).toThrow('base64url');
  });
});
