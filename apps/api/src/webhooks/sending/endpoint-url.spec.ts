import { endpointUrlFault } from './endpoint-url.js';

const STRICT = { allowPrivate: false, httpsOnly: true };
const OPEN = { allowPrivate: true, httpsOnly: false };

describe('endpointUrlFault', () => {
  it.each([
    'https://example.com',
    'https://example.com:8443/hooks?team=7',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
    'https://localhost.example.com/',
  ])('finds nothing wrong with %s', (url) => {
    expect(endpointUrlFault(url, STRICT)).toBeUndefined();
  });

  it.each([
    '',
    'example.com',
    '/hooks',
    'ftp://example.com',
    'file:///etc/passwd',
    'gopher://x',
    'https://',
    'javascript:1',
    'https://exa\tmple.com',
    'https://example.com/a b',
    'https://example.com/\u202e',
  ])('refuses %j: it is no web address', (url) => {
    expect(endpointUrlFault(url, OPEN)).toMatch('starts with https://');
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://10.1.2.3:8443/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://api.localhost/',
  ])('refuses %s: it is at home', (url) => {
    expect(endpointUrlFault(url, STRICT)).toMatch('local address');
    expect(endpointUrlFault(url, OPEN)).toBeUndefined();
  });

  it('refuses plain http where only https is allowed', () => {
    expect(endpointUrlFault('http://example.com/', STRICT)).toBe('must start with https://');
    expect(endpointUrlFault('http://example.com/', OPEN)).toBeUndefined();
  });

  it('refuses what does not belong into a stored URL', () => {
    expect(endpointUrlFault('https://user:secret@example.com/', STRICT)).toMatch('password');
    expect(endpointUrlFault('https://example.com/#part', STRICT)).toMatch('fragment');
  });
});
