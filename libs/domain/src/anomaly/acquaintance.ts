import { type Tape } from './tape.js';

const DAY_MS = 86_400_000;
/** Days of age, and days of use, before anything about a key is called unusual. */
const DAYS_TO_KNOW = 3;

/** How well a key is known, or something about it. */
export class Acquaintance {
  /** Days on which it was used, today included. */
  activeDays = 0;
  private lastDay = -1;

  /** @param firstAt when it was first met; absent: it was not yet. */
  constructor(private firstAt = Infinity) {}

  /** Whether this use is the first one of a day. */
  meet(at: number): boolean {
    this.firstAt = Math.min(this.firstAt, at);
    const day = Math.floor(at / DAY_MS);
    if (day === this.lastDay) return false;
    this.lastDay = day;
    this.activeDays++;
    return true;
  }

  isWell(at: number): boolean {
    return this.days(at) >= DAYS_TO_KNOW && this.activeDays > DAYS_TO_KNOW;
  }

  days(at: number): number {
    return (at - this.firstAt) / DAY_MS;
  }

  pass(tape: Tape): void {
    this.firstAt = tape.number(this.firstAt);
    this.activeDays = tape.number(this.activeDays);
    this.lastDay = tape.number(this.lastDay);
  }
}
