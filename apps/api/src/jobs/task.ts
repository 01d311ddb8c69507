import type { MessagePort } from 'node:worker_threads';

/** Something that a thread does for another. Arguments and result are cloned on their way. */
export interface Task<Args extends unknown[], Result> {
  readonly name: string;
  /** Never there: it ties the types to the name. */
  readonly types?: (...args: Args) => Result;
}

/** What a thread is asked; null: to end. */
export type TaskRequest = { readonly id: number; readonly task: string; readonly args: unknown[] } | null;

export interface TaskAnswer {
  readonly id: number;
  readonly result?: unknown;
  /** What it threw, without its class and what hangs on it: errors of the database drag connections along. */
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** A task with the function that does it. */
export interface Performed {
  readonly name: string;
  perform(...args: unknown[]): Promise<unknown>;
}

export function performing<Args extends unknown[], Result>(
  { name }: Task<Args, Result>,
  perform: (...args: Args) => Promise<Result>,
): Performed {
  return { name, perform };
}

/**
 * Does what the other thread asks for, several tasks beside each other when it asks so, until it asks to end.
 * @param port to the other thread.
 * @param close called once tasks that are under way have ended.
 */
export function serveTasks(
  port: Pick<MessagePort, 'on' | 'postMessage' | 'close'>,
  tasks: readonly Performed[],
  close: () => Promise<void>,
): void {
  const underWay = new Set<Promise<void>>();
  const answer = async ({ id, task, args }: NonNullable<TaskRequest>): Promise<void> => {
    let told: TaskAnswer;
    try {
      const performed = tasks.find(({ name }) => name === task);
      if (performed === undefined) throw new Error(`There is no task ${task}`);
      told = { id, result: await performed.perform(...args) };
    } catch (error) {
      told = { id, error: tellable(error) };
    }
    port.postMessage(told);
  };
  port.on('message', (request: TaskRequest) => {
    if (request === null) {
      void Promise.allSettled(underWay)
        .then(close)
        .finally(() => {
          port.close();
        });
      return;
    }
    const work = answer(request).finally(() => underWay.delete(work));
    underWay.add(work);
  });
}

function tellable(error: unknown): NonNullable<TaskAnswer['error']> {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, ...(stack !== undefined && { stack }) };
}
