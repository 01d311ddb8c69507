import { explain } from './explain.js';
import { isShared, sharedChange } from './shared.js';

describe('a change of shapes', () => {
  it.each([
    [0, 0, false],
    [2, 2, false],
    [3, 3, true],
    [3, 30, false],
    [4, 30, true],
    [12, 120, false],
    [13, 120, true],
    [1_000, 10_000, false],
    [1_001, 10_000, true],
  ])('of %d keys of %d is shared: %s', (changed, watched, shared) => {
    expect(isShared(changed, watched)).toBe(shared);
  });

  it('is told once, with how many keys it is about and how many are usual', () => {
    const text = explain([sharedChange(37, 120, Date.UTC(2026, 0, 5, 12))], 'en');
    expect(text).toBe(
      '37 of 120 keys changed how they are used within an hour, typically 0–12; that is not alerted for each of them. Since 2026-01-05 11:00 UTC; no key does that by itself.',
    );
  });
});
