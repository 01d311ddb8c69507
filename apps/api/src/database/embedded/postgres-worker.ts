import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PendingReplies } from '../pending-replies.js';
import { postgresProgram } from './postgres-program.js';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.js';

/** What is asked of the worker: a request without its number. */
type Question = WorkerRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;
type Answer = Exclude<WorkerReply, { kind: 'ready' | 'fatal' }>;

/** The thread that holds PostgreSQL, as its questions and answers. */
export class PostgresWorker {
  readonly #thread: Worker;
  readonly #onFatal: (error: Error) => void;
  readonly #pending = new PendingReplies<Answer>();
  #failure: Error | null = null;

  private constructor(thread: Worker, onFatal: (error: Error) => void) {
    this.#thread = thread;
    this.#onFatal = onFatal;
    thread.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'fatal') this.#die(new Error(`The embedded database stopped: ${reply.message}`));
      else if (reply.kind !== 'ready') this.#settle(reply);
    });
    thread.on('error', (error) => {
      this.#die(error);
    });
    thread.on('exit', () => {
      this.#die(new Error('The embedded database stopped'));
    });
  }

  /**
   * Resolves when PostgreSQL is ready, with its recovery behind it.
   * @param onFatal called once when it died later on; every question is refused from then on.
   */
  static async start(start: Omit<WorkerStart, 'program'>, onFatal: (error: Error) => void): Promise<PostgresWorker> {
    const workerData: WorkerStart = { ...start, program: await postgresProgram() };
    const thread = new Worker(new URL('./worker.mjs', import.meta.url), { workerData });
    const waiting = new AbortController();
    const exit = once(thread, 'exit', waiting).then(() => {
      throw new Error('The embedded database did not start');
    });
    try {
      await Promise.race([once(thread, 'message', waiting), exit]);
    } finally {
      waiting.abort();
    }
    return new PostgresWorker(thread, onFatal);
  }

  async bytes(question: Extract<Question, { kind: 'turn' | 'dump' }>): Promise<Uint8Array> {
    const answer = await this.#ask(question);
    return answer.kind === 'bytes' ? answer.bytes : new Uint8Array();
  }

  async fsyncs(): Promise<number> {
    const answer = await this.#ask({ kind: 'fsyncs' });
    return answer.kind === 'count' ? answer.count : 0;
  }

  /** Shuts PostgreSQL down with a checkpoint. */
  async close(): Promise<void> {
    try {
      await this.#ask({ kind: 'close' });
    } finally {
      this.#fail(new Error('The embedded database is closed'));
      await this.#thread.terminate();
    }
  }

  /** Ends it where it stands, without a shutdown. */
  abandon(error: Error): void {
    void this.#thread.terminate();
    this.#die(error);
  }

  #ask(question: Question): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return this.#pending.to((id) => {
      this.#thread.postMessage({ id, ...question });
    });
  }

  #settle(answer: Answer): void {
    this.#pending.settle(answer);
    if (answer.kind === 'closed') this.#fail(new Error('The embedded database is closed'));
  }

  /** Every question is refused from now on, those that wait for an answer included. */
  #fail(error: Error): void {
    this.#failure ??= error;
    this.#pending.fail(error);
  }

  #die(error: Error): void {
    if (this.#failure !== null) return;
    this.#fail(error);
    this.#onFatal(error);
  }
}
