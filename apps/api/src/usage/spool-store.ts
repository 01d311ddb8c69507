import type { BackgroundThread } from '../jobs/background-thread.js';
import type { Task } from '../jobs/task.js';
import { type SpoolFolder } from './spool-folder.js';

/** Where the events of a spool go: into the database, each exactly once. */
export abstract class SpoolStore {
  /**
   * Stores what is before `end`, and returns the position up to which everything is. It still has to be counted.
   * @throws {Error} what the database throws. What was stored before that stays stored.
   */
  abstract store(folder: SpoolFolder, end: number): Promise<number>;

  /**
   * Counts what is stored, also what others stored and did not come to count.
   * @param ofOthers what somebody else is counting: `await` resolves when everything is counted, `skip` trusts them to.
   */
  abstract count(ofOthers: 'await' | 'skip'): Promise<void>;

  /** Forgets a spool whose files are gone. */
  abstract end(folder: SpoolFolder): Promise<void>;
}

export const STORE_SPOOL: Task<[path: string, end: number], number> = { name: 'usage.store' };
export const COUNT_STORED: Task<[ofOthers: 'await' | 'skip'], void> = { name: 'usage.count' };
export const END_SPOOL: Task<[path: string], void> = { name: 'usage.end' };

/** Has another thread read the spool, hash what is in it, and speak with the database. */
export class ThreadedSpoolStore extends SpoolStore {
  constructor(private readonly thread: BackgroundThread) {
    super();
  }

  override store({ path }: SpoolFolder, end: number): Promise<number> {
    return this.thread.run(STORE_SPOOL, path, end);
  }

  override count(ofOthers: 'await' | 'skip'): Promise<void> {
    return this.thread.run(COUNT_STORED, ofOthers);
  }

  override end({ path }: SpoolFolder): Promise<void> {
    return this.thread.run(END_SPOOL, path);
  }
}
