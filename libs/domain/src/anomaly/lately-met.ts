import { type Tape } from './tape.js';

/** A set of numbers that forgets the one met the longest ago when it is full. */
export class LatelyMet {
  private values = new Set<number>();

  constructor(private readonly most: number) {}

  has(value: number): boolean {
    return this.values.has(value);
  }

  meet(value: number): void {
    this.values.delete(value);
    this.values.add(value);
    if (this.values.size <= this.most) return;
    for (const oldest of this.values) {
      this.values.delete(oldest);
      break;
    }
  }

  get size(): number {
    return this.values.size;
  }

  pass(tape: Tape): void {
    this.values = new Set(tape.words(this.values, this.most));
  }
}
