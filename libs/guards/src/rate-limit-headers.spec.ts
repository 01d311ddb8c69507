import { parseList } from 'structured-headers';
import { type BucketReading, spend } from '#domain';
import { rateLimitHeaders, rateLimitLines, tightestFirst } from './rate-limit-headers.js';

const POLICIES = [
  { name: 'minute', capacity: 60, periodMs: 60_000 },
  { name: 'hour', capacity: 1000, periodMs: 3_600_000 },
  { name: 'day', capacity: 10_000, periodMs: 86_400_000 },
];

const itemsOf = (header = '') =>
  (parseList(header) as unknown as [string, Map<string, number>][]).map(([name, parameters]) => [
    name,
    Object.fromEntries(parameters),
  ]);

describe('rateLimitHeaders', () => {
  const { buckets } = spend([], POLICIES, 1, 0);

  it('writes structured fields that an independent parser reads, tightest first', () => {
    const headers = rateLimitHeaders(tightestFirst(buckets), 0, 0);
    expect(itemsOf(headers.ratelimit)).toEqual([
      ['minute', { r: 59, t: 1 }],
      ['hour', { r: 999, t: 4 }],
      ['day', { r: 9999, t: 9 }],
    ]);
    expect(itemsOf(headers['ratelimit-policy'])).toEqual([
      ['minute', { q: 60, w: 60 }],
      ['hour', { q: 1000, w: 3600 }],
      ['day', { q: 10_000, w: 86_400 }],
    ]);
  });

  it.each([0, 1, 2, 3])('says the same in lines, of %i limits', (count) => {
    for (const cost of [0, 1, 7]) {
      const limits = spend([], POLICIES.slice(0, count), cost, 5_000).buckets;
      const headers = Object.entries(rateLimitHeaders(limits, 0, 5_000));
      expect(rateLimitLines(limits, 5_000)).toBe(headers.map(([name, value]) => `${name}: ${value}\r\n`).join(''));
    }
  });

  it('tells the tightest bucket in the older headers, its reset as a Unix time', () => {
    expect(rateLimitHeaders(tightestFirst(buckets), 0, 1_700_000_000_000)).toMatchObject({
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '59',
      'x-ratelimit-reset': '1700000001',
    });
  });

  it('rounds Retry-After up to whole seconds, so that waiting that long suffices', () => {
    expect(rateLimitHeaders(buckets, 1, 0)['retry-after']).toBe('1');
    expect(rateLimitHeaders(buckets, 1001, 0)['retry-after']).toBe('2');
  });

  it('says nothing of limits that were not met', () => {
    expect(rateLimitHeaders([], 0, 0)).toEqual({});
  });
});

describe('tightestFirst', () => {
  const reading = (name: string, remaining: number, resetMs: number): BucketReading => ({
    name,
    limit: 10,
    periodMs: 1000,
    remaining,
    resetMs,
  });

  it('puts the fewest remaining first, and of equals the slower', () => {
    const sorted = tightestFirst([reading('a', 2, 1), reading('b', 0, 1), reading('c', 0, 9)]);
    expect(sorted.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });
});
