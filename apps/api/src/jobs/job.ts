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

/**
 * Works through what is due, one after the other. An item that fails is told in the result and skipped: it must not
 * hold back the others, and it is still due at the next run.
 * @param work answers whether it did anything; false when somebody else was faster.
 */
export async function forEachDue<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  work: (item: Item) => Promise<boolean>,
): Promise<JobResult> {
  const failures: string[] = [];
  let done = 0;
  for (const item of items) {
    try {
      if (await work(item)) done++;
    } catch (error) {
      failures.push(`${nameOf(item)}: ${failureText(error)}`);
    }
  }
  return { items: done, failures };
}

/** What an error says of itself, for the record of a run. */
export function failureText(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown failure';
}
