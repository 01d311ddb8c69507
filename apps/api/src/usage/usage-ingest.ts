import { dirname } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Repetition } from '../jobs/repetition.js';
import { forEachInherited, spoolsIn } from './inherited-spools.js';
import type { SpoolFolder } from './spool-folder.js';
import { SpoolStore } from './spool-store.js';
import { Spool } from './spool.js';
import { UsageRecorder } from './usage-recorder.js';

/** How old an event may be before totals and logs know of it, while the database is there. */
const OWN_PACE = { intervalMs: 500, intervalMsMax: 5_000 };
/** What is in the database stays so long in the spool. An erasure waits for longer. */
const TURN_MS = 30_000;
const INHERITED_PACE = { intervalMs: 60_000, intervalMsMax: 60_000 };

/** Brings what was recorded into the database: all the time, and all of it before the process ends. */
@Injectable()
export class UsageIngest implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Usage');
  readonly #root: string;
  readonly #own: Repetition;
  readonly #inherited: Repetition;
  #queue: Promise<void> = Promise.resolve();
  /** By the monotonic clock: everything recorded before then is in the database. */
  #storedUntil = performance.now();
  #turnedAt = performance.now();

  constructor(
    private readonly store: SpoolStore,
    private readonly spool: Spool,
    private readonly recorder: UsageRecorder,
  ) {
    this.#root = dirname(spool.folder.path);
    this.#own = new Repetition(() => this.#storeOwn(), OWN_PACE, this.#keepOnDisk.bind(this));
    this.#inherited = new Repetition(
      () => this.storeInherited(),
      INHERITED_PACE,
      (error) => {
        this.#logger.warn(`Usage left by an earlier process waits for the database: ${String(error)}`);
      },
    );
  }

  /** How old what is not in the database may be, at most; 0 when nothing is missing. */
  get lagMs(): number {
    return this.spool.pendingBytes === 0 ? 0 : performance.now() - this.#storedUntil;
  }

  onApplicationBootstrap(): void {
    this.#own.start();
    this.#inherited.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.#own.stop(), this.#inherited.stop()]);
    try {
      await this.drain();
    } catch (error) {
      const bytes = this.spool.pendingBytes;
      this.#logger.warn(`${bytes} bytes of usage are left to the next start, without a database: ${String(error)}`);
    }
    this.spool.close();
    if (this.spool.isStored) await this.#finish(this.spool.folder);
  }

  /** Resolves when everything recorded before the call is in the database. */
  drain(): Promise<void> {
    this.recorder.flush();
    return this.#storeOwn();
  }

  /** Finishes the spools of processes that ended without doing so themselves. */
  async storeInherited(): Promise<void> {
    try {
      await forEachInherited(this.#root, async (folder) => {
        const end = await folder.end();
        await this.store.store(folder, end);
        await this.#finish(folder);
      });
      // Of processes that were killed in between, or whose spools are on another disk.
      await this.store.count();
    } finally {
      await this.#countInherited();
    }
  }

  /** Removes a spool that is stored, in an order that may end anywhere: events go before the position that spares them. */
  async #finish(folder: SpoolFolder): Promise<void> {
    await folder.empty();
    await this.store.end(folder);
    await folder.remove();
  }

  #storeOwn(): Promise<void> {
    const run = this.#queue.then(async () => {
      const { folder, end, isStored } = this.spool;
      const begun = performance.now();
      if (!isStored) {
        const position = await this.store.store(folder, end);
        await this.spool.forget(Math.min(position, end));
      }
      this.#storedUntil = begun;
      if (begun - this.#turnedAt < TURN_MS) return;
      await this.spool.turn();
      this.#turnedAt = begun;
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  /** While the database is away, the disk is the only place that remembers. */
  async #keepOnDisk(error: unknown, inARow: number): Promise<void> {
    if (inARow === 1) this.#logger.warn(`The database takes no usage, it waits in the spool: ${String(error)}`);
    await this.spool.sync();
  }

  async #countInherited(): Promise<void> {
    const folders = (await spoolsIn(this.#root)).filter(({ path }) => path !== this.spool.folder.path);
    const bytes = await Promise.all(folders.map((folder) => folder.bytes()));
    this.spool.inheritedBytes = bytes.reduce((sum, each) => sum + each, 0);
  }
}
