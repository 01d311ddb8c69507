import { type Tape } from './tape.js';

/** A set of numbers that forgets the one met the longest ago when it is full. */
export class LatelyMet {
  private values = new Set<number>();

  /** @param readable how many an older version may have kept. */
  constructor(
    private readonly most: number,
    private readonly readable = most,
  ) {}

  has(value: number): boolean {
    return this.values.has(value);
  }

  meet(value: number): void {
    this.values.delete(value);
    this.values.add(value);
    for (const oldest of this.values) {
      if (this.values.size <= this.most) break;
      this.values.delete(oldest);
    }
  }

  get size(): number {
    return this.values.size;
  }

  pass(tape: Tape): void {
    this.values = new Set(tape.words(this.values, this.readable));
  }
}
