/**
 * Spends from one bucket as fast as it can: `node spender.js` with an Order as its first message. For rates beyond those
 * that a key may have, and for several processes that share one Redis.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { BucketStore } from '../../apps/api/src/rate-limit/bucket-store.js';
import { MemoryBucketStore } from '../../apps/api/src/rate-limit/memory-bucket-store.js';
import { RedisBucketStore } from '../../apps/api/src/rate-limit/redis-bucket-store.js';
import type { Allowance } from './admission.js';

export interface Order {
  /** Null: buckets in memory. */
  readonly redisUrl: string | null;
  readonly bucket: string;
  readonly allowance: Allowance;
  readonly seconds: number;
}

export interface Spent {
  readonly admitted: number;
  readonly refused: number;
  /** Given up on: Redis was not heard of in time, and may have admitted them. */
  readonly failed: number;
}

/** Decisions under way at once in one process. */
const AT_ONCE = 16;

/** A process of its own that waits for its order. */
export class Spender {
  private readonly child = fork(fileURLToPath(import.meta.url), ['spend']);

  async ready(): Promise<void> {
    await this.said();
  }

  async spend(order: Order): Promise<Spent> {
    this.child.send(order);
    return (await this.said()) as Spent;
  }

  end(): void {
    this.child.kill();
  }

  private async said(): Promise<unknown> {
    const ended = once(this.child, 'exit').then(() => {
      throw new Error('A spender ended before its time');
    });
    const [message] = (await Promise.race([once(this.child, 'message'), ended])) as [unknown];
    return message;
  }
}

async function spend({ redisUrl, bucket, allowance, seconds }: Order): Promise<Spent> {
  const redis = redisUrl === null ? null : new Redis(redisUrl);
  const store: BucketStore = redis ? new RedisBucketStore(redis) : new MemoryBucketStore();
  const policies = [{ name: 'bench', ...allowance }];
  const deadline = performance.now() + seconds * 1000;
  const counts = { admitted: 0, refused: 0, failed: 0 };
  const one = async () => {
    while (performance.now() < deadline) {
      try {
        const spent = await store.spend(bucket, policies, 1, Date.now());
        counts[spent.admitted ? 'admitted' : 'refused']++;
      } catch {
        counts.failed++;
      }
      // In memory nothing is ever waited for.
      if (redis === null) await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  redis?.disconnect();
  return counts;
}

if (process.argv[2] === 'spend' && process.send) {
  process.on('message', (order: Order) => {
    void spend(order).then((spent) => process.send?.(spent));
  });
  process.send('ready');
}
