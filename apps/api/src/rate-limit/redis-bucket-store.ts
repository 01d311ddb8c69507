import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { type BucketPolicy, spend, type Spend } from '#domain';
import { BucketStore } from './bucket-store.js';
import { BUCKETS_MAX } from './bucket-table.js';
import { type Ask, Found, packed, SPEND_SCRIPT } from './spend-script.js';

/** Redis does nothing else while it runs a script: about a millisecond of this many. */
const ASKS_MAX = 200;

/**
 * Buckets that every instance shares. Decisions are taken by one script, run by Redis alone and by Redis's own clock, so
 * that neither two instances nor two clocks can spend the same token. A bucket that is full again is forgotten by Redis.
 *
 * What is asked for in one turn of the event loop is sent in one command at the end of it, and while that is under way, what
 * comes until its answer waits to be the next, as in a group commit: a command costs this process as much as twenty
 * decisions. So nobody waits for more than two answers of Redis, and who is alone for one.
 *
 * The script returns what it found and when; the answer is worked out from that by the same pure function that every
 * other store uses, so what is said and what was done cannot differ. Rejects when Redis does not answer in time.
 */
@Injectable()
export class RedisBucketStore extends BucketStore {
  private waiting: Waiting[] = [];
  private underWay = 0;

  /**
   * @param timeOf for tests: the time to decide by instead of Redis's own.
   * @param storedName what Redis is told for a name.
   */
  constructor(
    private readonly redis: Redis,
    private readonly timeOf: (() => number) | null = null,
    private readonly storedName: (name: string) => string = (name) => name,
  ) {
    super();
    redis.defineCommand('spendBuckets', { lua: SPEND_SCRIPT });
  }

  spend(name: string, policies: readonly BucketPolicy[], cost: number): Promise<Spend> {
    if (policies.length > BUCKETS_MAX) throw new RangeError(`A name has at most ${BUCKETS_MAX} buckets.`);
    return new Promise((resolve, reject) => {
      const asked = this.waiting.push({ name, policies, cost, resolve, reject });
      if (asked === 1 && this.underWay === 0) setImmediate(this.send);
      // The rest is sent by what was scheduled, or by the answer to what is under way.
      else if (asked === ASKS_MAX) this.send();
    });
  }

  private readonly send = (): void => {
    const asks = this.waiting;
    this.waiting = [];
    if (asks.length === 0) return;
    const keys = asks.map(({ name }) => `akm:buckets:${this.storedName(name)}`);
    const redis = this.redis as Redis & SpendCommand;
    const reply = redis.spendBucketsBuffer(keys.length, ...keys, this.timeOf?.() ?? '', packed(asks));
    this.underWay += 1;
    inTime(reply).then(
      (bytes) => {
        this.goOn();
        answer(asks, new Found(bytes));
      },
      (error: unknown) => {
        // Who waited behind it would wait as long again for a Redis that is silent.
        const all = error instanceof Silence ? [...asks, ...this.waiting.splice(0)] : asks;
        this.goOn();
        for (const { reject } of all) reject(error);
      },
    );
  };

  private goOn(): void {
    this.underWay -= 1;
    if (this.underWay === 0) setImmediate(this.send);
  }
}

function answer(asks: readonly Waiting[], found: Found): void {
  const { now } = found;
  asks.forEach(({ policies, cost, resolve, reject }, n) => {
    try {
      resolve(spend(found.fullAt(n, policies.length), policies, cost, now));
    } catch (error) {
      // The others have nothing to do with it.
      reject(error);
    }
  });
}

interface Waiting extends Ask {
  readonly resolve: (spent: Spend) => void;
  readonly reject: (error: unknown) => void;
}

interface SpendCommand {
  spendBucketsBuffer(keys: number, ...keysAndArguments: (string | number | Buffer)[]): Promise<Buffer>;
}

/** Redis said nothing in time. */
class Silence extends Error {}

/** How long a request waits for Redis before it is limited locally: so many turns of the event loop, of so long each. */
const TURNS_MAX = 10;
const TURN_MS = 10;
/** However long the turns are: what is known of its key gets older meanwhile. */
const WAIT_MS_MAX = 500;

/**
 * Rejects when there is no answer in time. Only time in which this process could have listened counts: a turn that takes
 * longer, because the process is busy or the machine keeps it waiting, says nothing about Redis, and who falls back to a
 * share of its own grants more than the limit. An answer that has arrived by the last turn counts as one: timers fire
 * before sockets are read, so the sockets are given their turn first.
 */
function inTime<T>(reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const sentAt = performance.now();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
      const waitedMs = performance.now() - sentAt;
      if (turns < TURNS_MAX && waitedMs < WAIT_MS_MAX) return;
      setImmediate(reject, new Silence(`Redis did not answer within ${Math.round(waitedMs)} ms`));
    }, TURN_MS);
    reply.then(resolve, reject).finally(() => {
      clearInterval(timer);
    });
  });
}
