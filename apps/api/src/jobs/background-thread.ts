import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { PendingReplies } from '../database/pending-replies.js';
import type { Task, TaskAnswer, TaskRequest } from './task.js';

/** How long a thread may take to end what it is at, before it is ended where it stands. */
const CLOSE_MS_MAX = 5_000;

/**
 * A second thread of the process, for work that nobody waits for. What it makes garbage of, and what it computes, holds up
 * no request: the event loop and the heap of the first thread are those of the requests alone.
 *
 * It starts with the first task. When it dies, its tasks fail, and the next one starts it anew: tasks are done in a
 * transaction each, or they bear being done again.
 */
export class BackgroundThread {
  readonly #pending = new PendingReplies<TaskAnswer>();
  readonly #logger = new Logger('BackgroundThread');
  #worker: Worker | null = null;
  #isClosed = false;

  /**
   * @param program of the thread; it calls `serveTasks`.
   * @param workerData what it is to know, cloned.
   */
  constructor(
    private readonly program: URL,
    private readonly workerData?: unknown,
  ) {}

  /** @throws {Error} what the task threw, without its class; or that the thread has ended. */
  async run<Args extends unknown[], Result>(task: Task<Args, Result>, ...args: Args): Promise<Result> {
    if (this.#isClosed) throw new Error('The background thread is closed');
    const worker = (this.#worker ??= this.#start());
    const { error, result } = await this.#pending.to((id) => {
      worker.postMessage({ id, task: task.name, args } satisfies TaskRequest);
    });
    if (error !== undefined) throw Object.assign(new Error(error.message), error);
    return result as Result;
  }

  /** Resolves when the thread has let go of what it holds. Nothing is run from then on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === null) return;
    const deadline = setTimeout(() => void worker.terminate(), CLOSE_MS_MAX);
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(null satisfies TaskRequest);
    await ended;
    clearTimeout(deadline);
  }

  #start(): Worker {
    const worker = new Worker(this.program, { workerData: this.workerData });
    worker.on('message', (answer: TaskAnswer) => {
      this.#pending.settle(answer);
    });
    let cause: Error | undefined;
    worker.on('error', (error: Error) => (cause = error));
    worker.on('exit', () => {
      this.#worker = null;
      if (cause) this.#logger.error(cause);
      else if (!this.#isClosed)
        this.#logger.error('The background thread has ended. It is started again when there is work');
      this.#pending.fail(new Error('The background thread has ended', { cause }));
    });
    return worker;
  }
}
