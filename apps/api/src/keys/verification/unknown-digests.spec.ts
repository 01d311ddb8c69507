import { UnknownDigests } from './unknown-digests.js';

describe('UnknownDigests', () => {
  it('remembers a digest for a second and then asks again', () => {
    const unknown = new UnknownDigests();
    unknown.add('a', 5_000);
    expect([unknown.has('a', 5_999), unknown.has('b', 5_999), unknown.has('a', 6_000)]).toEqual([true, false, false]);
    expect(unknown.size).toBe(0);
  });

  it('never holds more than its bound', () => {
    const unknown = new UnknownDigests();
    for (let key = 0; key < 25_000; key++) unknown.add(`key-${key}`, 0);
    expect(unknown.size).toBeLessThanOrEqual(10_000);
  });

  it('forgets everything when a key may have come into being', () => {
    const unknown = new UnknownDigests();
    unknown.add('a', 0);
    unknown.clear();
    expect(unknown.has('a', 0)).toBe(false);
  });
});
