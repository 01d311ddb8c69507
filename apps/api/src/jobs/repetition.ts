import { Logger } from '@nestjs/common';

/** How often something is done. */
export interface Pace {
  /** From the end of one run to the start of the next. */
  readonly intervalMs: number;
  /** After failures the interval doubles up to this. */
  readonly intervalMsMax: number;
}

/** Does `work` again and again, one run at a time, less often while it fails. */
export class Repetition {
  readonly #logger = new Logger('Repetition');
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #isStopped = true;

  /** @param onFailure told of every failed run and how many failed in a row. When it fails itself, that is logged. */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly pace: Pace,
    private readonly onFailure: (error: unknown, inARow: number) => Promise<void> | void,
  ) {}

  start(): void {
    this.#isStopped = false;
    this.#schedule(0);
  }

  /** Resolves when a run that was under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, delayMs);
    this.#timer.unref();
  }

  /** Never rejects, and whatever fails, there is a next time. */
  async #run(): Promise<void> {
    try {
      await this.work();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      await this.#tell(error);
    } finally {
      const { intervalMs, intervalMsMax } = this.pace;
      this.#schedule(Math.min(intervalMs * 2 ** this.#failures, intervalMsMax));
    }
  }

  async #tell(error: unknown): Promise<void> {
    try {
      await this.onFailure(error, this.#failures);
    } catch (failure) {
      this.#logger.error(failure);
    }
  }
}
