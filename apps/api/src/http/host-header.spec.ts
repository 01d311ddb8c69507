import { isHostClear } from './host-header.js';

const clear = (httpVersion: string, ...names: string[]) =>
  isHostClear({ httpVersion, rawHeaders: names.flatMap((name) => [name, 'a.example']) });

describe('the host of a request', () => {
  it.each([['1.1', 'Host'], ['1.1', 'Accept', 'hOST', 'X-Host'], ['1.0', 'Host'], ['1.0']])(
    'is clear in HTTP/%s with %j',
    (version, ...names) => {
      expect(clear(version, ...names)).toBe(true);
    },
  );

  it.each([
    ['1.1'],
    ['1.1', 'X-Host', 'Hos'],
    ['1.1', 'Host', 'Host'],
    ['1.1', 'Host', 'Accept', 'HOST'],
    ['1.0', 'Host', 'host'],
  ])('is not clear in HTTP/%s with %j', (version, ...names) => {
    expect(clear(version, ...names)).toBe(false);
  });
});
