import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { isTimeAllowed, TimedClient } from './statement-time.js';

/** A transaction that is running in the current asynchronous context. */
interface Frame {
  holdsConnection: boolean;
  isOpen: boolean;
}

/**
 * Switched on by the first transaction that runs and off by the last: as long as it is on, Node follows every promise,
 * socket and tick of the process, which on Node 20 slows the verification of keys to less than a half.
 */
const frames = new AsyncLocalStorage<Frame>();
let running = 0;

/** A second connection asked for inside a transaction: a fault of the program, seen on its first run. */
export class NestedConnectionError extends Error {
  constructor() {
    super("A second database connection was asked for inside a transaction: use the transaction's EntityManager");
    this.name = 'NestedConnectionError';
  }
}

/** What TypeORM takes as its `driver`: `pg` with a pool that knows of transactions. */
export const guardedDriver = { ...pg, Pool: guardedPool() };

/**
 * Makes `dataSource.transaction` refuse a second connection inside itself.
 *
 * With the pool of one of the embedded database such a request waits for itself until it times out; at a server it
 * starves the pool under load, and what it writes is outside the transaction that everybody thinks it is in. Needs
 * `guardedDriver`. A nested `manager.transaction` is a savepoint on the same connection and stays allowed.
 */
export function guardTransactions(dataSource: DataSource): void {
  const { manager } = dataSource;
  const transaction: (...args: never[]) => Promise<unknown> = manager.transaction.bind(manager);
  manager.transaction = async <T>(...args: never[]): Promise<T> => {
    if (frames.getStore()?.isOpen) throw new NestedConnectionError();
    const frame: Frame = { holdsConnection: false, isOpen: true };
    running += 1;
    try {
      return (await frames.run(frame, () => transaction(...args))) as T;
    } finally {
      // Work that was started inside and outlives the transaction has its own connection again.
      frame.isOpen = false;
      running -= 1;
      if (running === 0) frames.disable();
    }
  };
}

type ConnectCallback = Parameters<pg.Pool['connect']>[0];

function guardedPool() {
  return class extends pg.Pool {
    override connect(): Promise<pg.PoolClient>;
    override connect(callback: ConnectCallback): void;
    override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
      const frame = frames.getStore();
      if (frame?.isOpen) {
        if (frame.holdsConnection) return refuse(callback);
        frame.holdsConnection = true;
      }
      if (isTimeAllowed()) return answered(super.connect().then(prolonged), callback);
      if (callback === undefined) return super.connect();
      super.connect(callback);
      return undefined;
    }
  };
}

/** With the time that long work needs, until it is released. */
async function prolonged(client: pg.PoolClient): Promise<pg.PoolClient> {
  if (!(client instanceof TimedClient)) return client;
  const release = client.release.bind(client);
  try {
    const restore = await client.prolong();
    client.release = (broken) => {
      if (broken) release(broken);
      else
        restore().then(() => {
          release();
        }, release);
    };
    return client;
  } catch (error) {
    release(true);
    throw error;
  }
}

function answered(
  lease: Promise<pg.PoolClient>,
  callback: ConnectCallback | undefined,
): Promise<pg.PoolClient> | undefined {
  if (callback === undefined) return lease;
  lease.then(
    (client) => {
      callback(undefined, client, client.release.bind(client));
    },
    (error: unknown) => {
      callback(error as Error, undefined, () => undefined);
    },
  );
  return undefined;
}

function refuse(callback: ConnectCallback | undefined): Promise<pg.PoolClient> | undefined {
  const error = new NestedConnectionError();
  if (callback === undefined) return Promise.reject(error);
  queueMicrotask(() => {
    callback(error, undefined, () => undefined);
  });
  return undefined;
}
