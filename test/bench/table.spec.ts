import { median, print, summarise } from './table.js';

const run = (requestsPerSecond: number) => ({ requestsPerSecond, p50Ms: 1, p99Ms: 2 });

describe('the benchmark table', () => {
  it('compares medians, so that one slow round changes nothing', () => {
    const runs = new Map([
      ['hello', [run(1000), run(10), run(1002)]],
      ['verify', [run(500), run(502), run(5000)]],
    ]);
    expect(summarise(runs, 'hello')).toEqual([
      { scenario: 'hello', requestsPerSecond: 1000, ratio: 1, p50Ms: 1, p99Ms: 2 },
      { scenario: 'verify', requestsPerSecond: 502, ratio: 0.5, p50Ms: 1, p99Ms: 2 },
    ]);
  });

  it('takes the middle of an even number of rounds', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('prints one aligned line a scenario', () => {
    const lines = print(summarise(new Map([['hello', [run(1000)]]]), 'hello')).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toHaveLength(lines[1]?.length ?? 0);
  });
});
