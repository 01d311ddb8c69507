import type { UseHour } from './use-hours.js';

/** What is read next is so many times as much as what was read last, unless there is not so much time left. */
const GROWTH = 8;

/** How many uses are read at once. What is rare takes few statements that way, and nobody waits for long. */
export class ReadingPace {
  readonly #startedAt = performance.now();
  #last = 0;
  #read = 0;

  /**
   * @param first how many at first, whatever time there is.
   * @param deadline by the monotonic clock, in milliseconds.
   * @param least how many are read even then: on a machine that has much else to do, time alone says little.
   */
  constructor(
    private readonly first: number,
    private readonly deadline = Infinity,
    private readonly least = 0,
  ) {}

  get isOver(): boolean {
    return this.#read >= this.least && performance.now() >= this.deadline;
  }

  /** How many to read now. */
  next(): number {
    if (this.#last === 0) return this.first;
    const now = performance.now();
    if (this.#read < this.least) return this.#last * GROWTH;
    const affordable = (this.#read / (now - this.#startedAt)) * (this.deadline - now);
    return Math.min(this.#last * GROWTH, affordable);
  }

  /** Notes what was read. */
  add(hours: readonly UseHour[]): void {
    this.#last = Math.max(
      1,
      hours.reduce((sum, { uses }) => sum + uses, 0),
    );
    this.#read += this.#last;
  }
}
