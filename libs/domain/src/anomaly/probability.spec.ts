import { binomialTail, incompleteBeta, negativeBinomialTail } from './probability.js';

describe('the chance', () => {
  it.each([
    [1, 10, 0.1],
    [3, 10, 0.1],
    [9, 10, 0.5],
    [40, 200, 0.1],
  ])('of at least %d out of %d at %d is the sum of the single ones', (count, trials, chance) => {
    let sum = 0;
    for (let k = count; k <= trials; k++) sum += choose(trials, k) * chance ** k * (1 - chance) ** (trials - k);
    expect(binomialTail(count, trials, chance) / sum).toBeCloseTo(1, 7);
  });

  it.each([
    [1, 0.3, 2],
    [5, 1, 2],
    [30, 4, 0.5],
  ])('of at least %d where %d is expected with size %d is what the smaller ones leave', (count, mean, size) => {
    let below = 0;
    let term = (size / (size + mean)) ** size;
    for (let k = 0; k < count; k++) {
      below += term;
      term *= ((size + k) / (k + 1)) * (mean / (size + mean));
    }
    expect(negativeBinomialTail(count, mean, size)).toBeCloseTo(1 - below, 7);
  });

  it('of at least none is one', () => {
    expect([binomialTail(0, 10, 0.1), negativeBinomialTail(0, 1, 2)]).toEqual([1, 1]);
  });

  it('is within 0 and 1 at the edges', () => {
    expect([incompleteBeta(2, 3, 0), incompleteBeta(2, 3, 1), incompleteBeta(2, 3, 1.1)]).toEqual([0, 1, 1]);
  });
});

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways *= (n - k + i) / i;
  return ways;
}
