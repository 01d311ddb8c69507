import { claimFolder, preparePgdata } from './data-folder.js';
import { DirectoryLock } from './directory-lock.js';
import { PgliteStream, type TurnServer } from './pglite-stream.js';
import { PostgresWorker } from './postgres-worker.js';
import { unpackTemplate } from './unpack-template.js';

export interface EmbeddedPostgresOptions {
  /** The folder of the database; null keeps it in memory, for tests and one-off work. */
  readonly directory: string | null;
  /** A tar or tar.gz with the migrations applied, to start a new database from. Null runs initdb. */
  readonly template: string | null;
  /** Called once when the database died or lost its folder. Every statement fails from then on: end the process. */
  readonly onFatal: (error: Error) => void;
}

/** PostgreSQL inside this process: PGlite in a worker thread, so that a long statement does not stop the event loop. */
export class EmbeddedPostgres implements TurnServer {
  readonly #worker: PostgresWorker;
  readonly #lock: DirectoryLock | null;
  /** Settles when the last connection that was asked for has ended. */
  #lastConnection: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;

  private constructor(worker: PostgresWorker, lock: DirectoryLock | null) {
    this.#worker = worker;
    this.#lock = lock;
  }

  /** @throws {Error} when the folder is in use, is of another PostgreSQL major, or does not sync to disk. */
  static async open({ directory, template, onFatal }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    if (directory === null) {
      return new EmbeddedPostgres(
        await PostgresWorker.start({ mode: 'memory', pgdata: null, template }, onFatal),
        null,
      );
    }
    claimFolder(directory);
    let lost: (error: Error) => void = onFatal;
    const lock = await DirectoryLock.acquire(directory, (error) => {
      lost(error);
    });
    try {
      const pgdata = await preparePgdata(directory, async (draft) => {
        if (template === null) await runInitdb(draft);
        else unpackTemplate(template, draft);
      });
      const worker = await PostgresWorker.start({ mode: 'durable', pgdata, template: null }, onFatal);
      lost = worker.abandon.bind(worker);
      return new EmbeddedPostgres(worker, lock);
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

  turn(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#worker.bytes({ kind: 'turn', bytes });
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
  fsyncs(): Promise<number> {
    return this.#worker.fsyncs();
  }

  /** The whole data folder as a tar, fit to be a template. */
  dump(compression: 'none' | 'gzip'): Promise<Uint8Array> {
    return this.#worker.bytes({ kind: 'dump', compression });
  }

  /** Shuts PostgreSQL down when its connections have ended, and gives the folder back. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    await this.#lastConnection;
    try {
      await this.#worker.close();
    } finally {
      this.#lock?.release();
    }
  }
}

/** In a thread of its own, whose memory goes with it. */
async function runInitdb(pgdata: string): Promise<void> {
  const worker = await PostgresWorker.start({ mode: 'initialise', pgdata, template: null }, () => undefined);
  await worker.close();
}
