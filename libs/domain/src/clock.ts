/**
 * What time it is. Domain functions take `now` as an argument; services inject a Clock; nobody else asks the system.
 * An abstract class rather than an interface so that it doubles as an injection token.
 */
export abstract class Clock {
  /** Milliseconds since the Unix epoch. May step when the machine's clock is corrected. */
  abstract now(): number;
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}

/** A clock that stands still until it is moved: for tests and simulations. */
export class ManualClock extends Clock {
  constructor(private nowMs: number) {
    super();
  }

  now(): number {
    return this.nowMs;
  }

  /** Moves the clock forward by `ms` milliseconds (back, if negative). */
  advance(ms: number): void {
    this.nowMs += ms;
  }
}
