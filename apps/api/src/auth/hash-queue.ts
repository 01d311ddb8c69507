import { problem } from '#problems';

/**
 * Runs expensive work a few pieces at a time, in order of arrival, and refuses what it could not begin soon: a flood of
 * sign-ins must neither take every core from key verification nor pile up in memory.
 */
export class HashQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly parallelMax: number,
    private readonly waitingMax: number,
  ) {}

  /** @throws Problem SERVICE_UNAVAILABLE, without having begun, when too many are waiting already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.takePlace();
    try {
      return await work();
    } finally {
      this.passOnPlace();
    }
  }

  private async takePlace(): Promise<void> {
    if (this.running < this.parallelMax) {
      this.running++;
      return;
    }
    if (this.waiting.length >= this.waitingMax) {
      throw problem('SERVICE_UNAVAILABLE', { detail: 'Too many people are signing in right now. Try again shortly.' });
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** The place goes to the next in line directly: a newcomer cannot slip in between. */
  private passOnPlace(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running--;
  }
}
