import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import { UncopiedClient } from './uncopied-client.js';

/** How long a statement on a server may take, in milliseconds. */
export interface StatementTime {
  /** Then the server ends it. */
  readonly statementMs: number;
  /** Then we hang up: the server did not even say that it ended it, so it has stalled, or the network has. */
  readonly silenceMs: number;
}

/** For what somebody waits for. */
export const REQUEST_TIME: StatementTime = { statementMs: 5_000, silenceMs: 6_000 };

/** For work that takes as long as there is much of it, and that would never be done if it were always cut off. */
const LONG_TIME: StatementTime = { statementMs: 600_000, silenceMs: 610_000 };

/**
 * Gives statements that `work` begins the time that reports, exports, jobs and the storing of usage need. It is asked
 * for where the work is begun, and holds for every connection that is taken inside.
 */
export async function allowingTime<T>(work: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await longer.run(true, work);
  } finally {
    running -= 1;
    if (running === 0) longer.disable();
  }
}

/**
 * For work that a busy server does all the time: it has the time that requests have, and after a failure more, or what
 * takes long would never be done. Not at once, because meanwhile Node follows every promise and socket of the process to
 * know which work was allowed to, and all of it is slower.
 */
export function allowingTimeOnceFailed(): <T>(work: () => Promise<T>) => Promise<T> {
  let hasFailed = false;
  return async (work) => {
    try {
      const result = await (hasFailed ? allowingTime(work) : work());
      hasFailed = false;
      return result;
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
}

/** Switched off while nothing needs it, for the reason given in transaction-guard.ts. */
const longer = new AsyncLocalStorage<true>();
let running = 0;

/** Whether the connection that is taken now is for long work. */
export function isTimeAllowed(): boolean {
  return longer.getStore() ?? false;
}

type Ask = (this: pg.Client, ...question: never[]) => unknown;

/** A connection that does not wait for ever. Whoever waits for its answers is told that it has terminated. */
export class TimedClient extends UncopiedClient {
  #silenceMs = REQUEST_TIME.silenceMs;

  constructor(config?: pg.ClientConfig & { silenceMs?: number }) {
    super(config);
    this.#silenceMs = config?.silenceMs ?? REQUEST_TIME.silenceMs;
    // Between the pool and whoever takes it, nobody listens, and an error that nobody hears ends the process. Whoever
    // asks a connection that broke is told so by the answer.
    this.on('error', () => undefined);
  }

  // All the ways to ask that pg knows are passed on as they are.
  override query(...question: never[]): never {
    const answer: unknown = (super.query as Ask).apply(this, question);
    if (answer instanceof Promise) this.#hangUpUnless(answer);
    return answer as never;
  }

  /** Until `restore` is called, which must come before the connection is given to somebody else. */
  async prolong(): Promise<() => Promise<void>> {
    const usual = this.#silenceMs;
    await this.#ask(`SET statement_timeout = ${LONG_TIME.statementMs}`);
    this.#silenceMs = LONG_TIME.silenceMs;
    return async () => {
      this.#silenceMs = usual;
      await this.#ask('RESET statement_timeout');
    };
  }

  #ask(sql: string): Promise<unknown> {
    const answer = super.query(sql);
    this.#hangUpUnless(answer);
    return answer;
  }

  #hangUpUnless(answer: Promise<unknown>): void {
    const timer = setTimeout(() => {
      // With a question open it does not say goodbye, but cuts the connection.
      this.end().catch(() => undefined);
    }, this.#silenceMs);
    const stop = () => {
      clearTimeout(timer);
    };
    answer.then(stop, stop);
  }
}
