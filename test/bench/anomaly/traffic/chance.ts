import { seededRandom } from '../../../support/seeded-random.js';

/** Chance that can be replayed, in the shapes traffic has. */
export class Chance {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** At least 0, below 1. */
  share(): number {
    return this.random();
  }

  isTrue(probability: number): boolean {
    return this.random() < probability;
  }

  /** Both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.integer(0, items.length - 1)] as Item;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.random());
  }

  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.random(); product > limit; product *= this.random()) count++;
    return count;
  }

  /** Counts of things that come in rows: the variance is mean + mean² / size. */
  negativeBinomial(mean: number, size: number): number {
    return mean <= 0 ? 0 : this.poisson((mean * this.gamma(size)) / size);
  }

  /** Marsaglia and Tsang's method. */
  private gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.random() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}
