import { agentInWords } from './user-agent.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('the program of a session', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0', 'Firefox 132 on Linux'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`, 'Chrome 131 on Windows'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2`,
      'Edge 131 on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari 18 on iOS',
    ],
    [
      `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36`,
      'Chrome 131 on Android',
    ],
    ['Mozilla/5.0 (PlayStation; 5) Firefox/1', 'Firefox 1'],
  ])('is called as people call it: %s', (userAgent, said) => {
    expect(agentInWords(userAgent)).toBe(said);
  });

  it.each(['curl/8.5.0', 'Mozilla/5.0', '<script>alert(1)</script> Firefox/1'])(
    'is what it says of itself where it is no browser: %s',
    (userAgent) => {
      expect(agentInWords(userAgent)).toBe(userAgent);
    },
  );

  it('is called something where it says nothing', () => {
    expect(agentInWords(null)).toBe('a program that does not say its name');
  });
});
