/** Work that comes back. */
export interface Job {
  /** Snake case, unique: what operators see and what the lock is named after. */
  readonly name: string;
  /** From the start of one run to the start of the next. A job that was missed while nothing ran is run once, not often. */
  readonly everyMs: number;
  /**
   * Does everything that is due. It must be idempotent for each item: another instance may have done part of it, and a
   * process that was frozen may go on when its lock is long gone.
   * @param now milliseconds since the epoch.
   */
  run(now: number): Promise<JobResult>;
}

export interface JobResult {
  /** How many things were done. */
  readonly items: number;
  /** What could not be done, one sentence each; the run goes on past it. */
  readonly failures: readonly string[];
}

/** What is due, and what to do about each of it. */
export interface DueWork<Item> {
  /** @returns at most `limit` items that are due and whose id is not one of `except`. */
  readonly read: (limit: number, except: readonly string[]) => Promise<readonly Item[]>;
  readonly idOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  /** @returns whether it did anything, after which the item is no longer due; false when somebody else was faster. */
  readonly settle: (item: Item) => Promise<boolean>;
}

/** How many items are read at once. */
const BATCH = 500;

/**
 * Works through everything that is due, one after the other. An item that fails is told in the result and skipped: it
 * must not hold back the others, however many fail, and it is still due at the next run.
 */
export async function workThrough<Item>({ read, idOf, nameOf, settle }: DueWork<Item>): Promise<JobResult> {
  const failures: string[] = [];
  const passed: string[] = [];
  let done = 0;
  for (;;) {
    const items = await read(BATCH, passed);
    for (const item of items) {
      try {
        if (await settle(item)) done++;
        else passed.push(idOf(item));
      } catch (error) {
        passed.push(idOf(item));
        failures.push(`${nameOf(item)}: ${failureText(error)}`);
      }
    }
    if (items.length < BATCH) return { items: done, failures };
  }
}

/** What an error says of itself, for the record of a run. */
export function failureText(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown failure';
}
