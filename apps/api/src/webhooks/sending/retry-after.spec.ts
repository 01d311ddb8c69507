import { retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 10, 22, 12);

describe('retryAfterMs', () => {
  it.each([
    [undefined, 0],
    ['120', 120_000],
    ['0', 0],
    ['Sun, 22 Nov 2026 12:01:00 GMT', 60_000],
    ['Sun, 22 Nov 2026 11:59:00 GMT', 0],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['99999999999999999999', 0],
    ['2026-11-22T13:00:00Z', 0],
  ])('%s is %d ms', (field, ms) => {
    expect(retryAfterMs(field, NOW)).toBe(ms);
  });
});
