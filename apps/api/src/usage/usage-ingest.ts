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
  readonly #counting: Repetition;
  readonly #inherited: Repetition;
  /** Whether anything was stored, here or by whoever left a spool, since the last time that counting went well. */
  #isUncounted = true;
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
    this.#counting = new Repetition(
      // Beside the storing, which it neither holds up nor fails.
      () => (this.#isUncounted ? this.#count('skip') : Promise.resolve()),
      OWN_PACE,
      (error, inARow) => {
        if (inARow === 1) this.#logger.warn(`Usage that is stored waits to be counted by key: ${String(error)}`);
      },
    );
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
    this.#counting.start();
    this.#inherited.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.#own.stop(), this.#counting.stop(), this.#inherited.stop()]);
    try {
      await this.storeAll();
      await this.#count('await').catch((error: unknown) => {
        this.#logger.warn(
          `Usage that is stored is left to others to be counted, or to the next start: ${String(error)}`,
        );
      });
    } catch (error) {
      const bytes = this.spool.pendingBytes;
      this.#logger.warn(`${bytes} bytes of usage are left to the next start, without a database: ${String(error)}`);
    }
    this.spool.close();
    if (this.spool.isStored) await this.#finish(this.spool.folder);
  }

  /** Resolves when everything recorded before the call is in the database, and counted. */
  async drain(): Promise<void> {
    await this.storeAll();
    await this.#count('await');
  }

  /** Resolves when everything recorded before the call is in the log; totals may have to wait. */
  storeAll(): Promise<void> {
    this.recorder.flush();
    return this.#storeOwn();
  }

  /** Finishes the spools of processes that ended without doing so themselves. What was in them is counted afterwards. */
  async storeInherited(): Promise<void> {
    try {
      await forEachInherited(this.#root, async (folder) => {
        const end = await folder.end();
        await this.store.store(folder, end);
        await this.#finish(folder);
      });
    } finally {
      // Also what was stored by processes that were killed then, or whose spools are on another disk.
      this.#isUncounted = true;
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
        const position = await this.store.store(folder, end).finally(() => {
          // Also after a failure: what came before it is stored.
          this.#isUncounted = true;
        });
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

  async #count(ofOthers: 'await' | 'skip'): Promise<void> {
    this.#isUncounted = false;
    try {
      await this.store.count(ofOthers);
    } catch (error) {
      this.#isUncounted = true;
      throw error;
    }
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
