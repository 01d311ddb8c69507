import { exactTime, relativeTime } from './time.js';

const NOW = Date.UTC(2026, 10, 22, 12);
const SECOND = 1000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

describe('a moment told from now', () => {
  it.each([
    [0, 'just now'],
    [-44 * SECOND, 'just now'],
    [44 * SECOND, 'in a moment'],
    [-45 * SECOND, '1 minute ago'],
    [-59 * 60 * SECOND, '59 minutes ago'],
    [-HOUR, '1 hour ago'],
    [23 * HOUR, 'in 23 hours'],
    [DAY, 'in 1 day'],
    [-30 * DAY, '30 days ago'],
    [-31 * DAY, '22 Oct 2026'],
    [365 * DAY, '22 Nov 2027'],
  ])('%i milliseconds away is %s', (away, told) => {
    expect(relativeTime(NOW + away, NOW)).toBe(told);
  });

  it('is told to the second for whoever points at it', () => {
    expect(exactTime(new Date(NOW))).toBe('22 Nov 2026, 12:00:00 UTC');
  });
});
