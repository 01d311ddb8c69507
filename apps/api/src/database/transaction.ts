import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from 'typeorm';

/** Where a retry takes its randomness and its pause from. */
export interface Backoff {
  /** At least 0, below 1. */
  random(): number;
  wait(ms: number): Promise<unknown>;
}

const MAX_RETRIES = 3;
const FIRST_PAUSE_MS = 10;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/**
 * Runs `work` in a transaction, and again when PostgreSQL chose it as the victim of a serialization failure or a
 * deadlock: at most three times, after a growing pause with full jitter, so that rivals do not meet again.
 *
 * Every other error is the caller's. `work` may run four times: it must touch nothing but its manager.
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  backoff: Backoff = SYSTEM_BACKOFF,
): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt(dataSource, work);
    } catch (error) {
      if (retry === MAX_RETRIES || !lostRace(error)) throw error;
      await backoff.wait(backoff.random() * FIRST_PAUSE_MS * 4 ** retry);
    }
  }
}

/**
 * Calls back once the transaction has committed, before whoever awaits it goes on, and never when it was rolled back. What
 * must happen whatever becomes of this process belongs into the transaction itself.
 *
 * @param act must not throw: nobody could undo the commit.
 * @throws {Error} for a manager that is not one of `inTransaction`.
 */
export function afterCommit(manager: EntityManager, act: () => void): void {
  const acts = manager.queryRunner && actsOf.get(manager.queryRunner);
  if (!acts) throw new Error('There is no commit to wait for outside of a transaction');
  acts.push(act);
}

/** Runs of transactions that are under way. A run that fails is forgotten together with its connection. */
const actsOf = new WeakMap<QueryRunner, (() => void)[]>();

async function attempt<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const acts: (() => void)[] = [];
  const result = await dataSource.transaction((manager) => {
    if (manager.queryRunner) actsOf.set(manager.queryRunner, acts);
    return work(manager);
  });
  for (const act of acts) act();
  return result;
}

const RESOLUTION = 2 ** 32;
const SYSTEM_BACKOFF: Backoff = { random: () => randomInt(RESOLUTION) / RESOLUTION, wait: setTimeout };

function lostRace(error: unknown): boolean {
  const code = sqlState(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

/** The code by which PostgreSQL (five characters) or the operating system (`ECONNREFUSED`) names an error. */
export function sqlState(error: unknown): string | null {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : null;
}
