import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { claimFolder, preparePgdata } from './data-folder.js';
import { DirectoryLock } from './directory-lock.js';
import { PgliteStream, type TurnServer } from './pglite-stream.js';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.js';

export interface EmbeddedPostgresOptions {
  /** The folder of the database; null keeps it in memory, for tests and one-off work. */
  readonly directory: string | null;
  /** A tar or tar.gz with the migrations applied, to start a new database from. Null runs initdb. */
  readonly template: string | null;
  /** Called once when the database died or lost its folder. Every statement fails from then on: end the process. */
  readonly onFatal: (error: Error) => void;
}

/** What is asked of the worker: a request without its number. */
type Question = WorkerRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;
type Answer = Exclude<WorkerReply, { kind: 'ready' | 'fatal' }>;
interface Caller {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** PostgreSQL inside this process: PGlite in a worker thread, so that a long statement does not stop the event loop. */
export class EmbeddedPostgres implements TurnServer {
  readonly #worker: Worker;
  readonly #lock: DirectoryLock | null;
  readonly #onFatal: (error: Error) => void;
  readonly #callers = new Map<number, Caller>();
  #lastId = 0;
  #closed: Promise<void> | null = null;
  #failure: Error | null = null;
  /** Settles when the last connection that was asked for has ended. */
  #lastConnection: Promise<void> = Promise.resolve();

  private constructor(worker: Worker, lock: DirectoryLock | null, onFatal: (error: Error) => void) {
    this.#worker = worker;
    this.#lock = lock;
    this.#onFatal = onFatal;
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'fatal') this.#die(new Error(`The embedded database stopped: ${reply.message}`));
      else if (reply.kind !== 'ready') this.#settle(reply);
    });
    worker.on('error', (error) => {
      this.#die(error);
    });
    worker.on('exit', () => {
      this.#die(new Error('The embedded database stopped'));
    });
  }

  /** @throws {Error} when the folder is in use, is of another PostgreSQL major, or does not sync to disk. */
  static async open({ directory, template, onFatal }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    if (directory === null) {
      return new EmbeddedPostgres(await start({ mode: 'memory', pgdata: null, template }), null, onFatal);
    }
    claimFolder(directory);
    let abandon: (error: Error) => void = onFatal;
    const lock = await DirectoryLock.acquire(directory, (error) => {
      abandon(error);
    });
    try {
      const pgdata = await preparePgdata(directory, async (draft) => {
        const fresh = await start({ mode: 'initialise', pgdata: draft, template });
        await new EmbeddedPostgres(fresh, null, onFatal).close();
      });
      const durable = await start({ mode: 'durable', pgdata, template: null });
      const database = new EmbeddedPostgres(durable, lock, onFatal);
      abandon = database.#abandon.bind(database);
      return database;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** What makes `pg` (and TypeORM's `extra`) reach this database. One connection: the pool is the queue. */
  get clientOptions() {
    return {
      stream: () => new PgliteStream(this),
      user: 'postgres',
      database: 'postgres',
      max: 1,
      idleTimeoutMillis: 0,
    };
  }

  async turn(bytes: Uint8Array): Promise<Uint8Array> {
    const answer = await this.#ask({ kind: 'turn', bytes });
    return answer.kind === 'bytes' ? answer.bytes : new Uint8Array();
  }

  async connect(): Promise<() => void> {
    const previous = this.#lastConnection;
    let end: () => void = () => undefined;
    this.#lastConnection = new Promise((resolve) => {
      end = resolve;
    });
    await previous;
    return end;
  }

  /** How many syncs reached the disk so far. */
  async fsyncs(): Promise<number> {
    const answer = await this.#ask({ kind: 'fsyncs' });
    return answer.kind === 'count' ? answer.count : 0;
  }

  /** The whole data folder as a tar, fit to be a template. */
  async dump(compression: 'none' | 'gzip'): Promise<Uint8Array> {
    const answer = await this.#ask({ kind: 'dump', compression });
    return answer.kind === 'bytes' ? answer.bytes : new Uint8Array();
  }

  /** Shuts PostgreSQL down with a checkpoint and gives the folder back. A second call waits for the first. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    await this.#lastConnection;
    try {
      await this.#ask({ kind: 'close' });
    } finally {
      this.#fail(new Error('The embedded database is closed'));
      await this.#worker.terminate();
      this.#lock?.release();
    }
  }

  #ask(question: Question): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#callers.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...question });
    });
  }

  #settle(answer: Answer): void {
    this.#callers.get(answer.id)?.resolve(answer);
    this.#callers.delete(answer.id);
    if (answer.kind === 'closed') this.#failure ??= new Error('The embedded database is closed');
  }

  /** Every statement fails from now on, those that wait for an answer included. */
  #fail(error: Error): void {
    this.#failure ??= error;
    for (const caller of this.#callers.values()) caller.reject(error);
    this.#callers.clear();
  }

  #die(error: Error): void {
    if (this.#failure !== null) return;
    this.#fail(error);
    this.#onFatal(error);
  }

  /** Stops writing without a shutdown: the folder belongs to somebody else now. */
  #abandon(error: Error): void {
    void this.#worker.terminate();
    this.#die(error);
  }
}

async function start(workerData: WorkerStart): Promise<Worker> {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData });
  const waiting = new AbortController();
  const exit = once(worker, 'exit', waiting).then(() => {
    throw new Error('The embedded database did not start');
  });
  try {
    await Promise.race([once(worker, 'message', waiting), exit]);
    return worker;
  } finally {
    waiting.abort();
  }
}
