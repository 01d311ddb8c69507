import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { type BucketPolicy, spend, type Spend } from '#domain';
import { BucketStore } from './bucket-store.js';

/**
 * Buckets that every instance shares. One script a decision, run by Redis alone and by Redis's own clock, so that
 * neither two instances nor two clocks can spend the same token. A bucket that is full again is forgotten by Redis.
 *
 * The script returns what it found and when; the answer is worked out from that by the same pure function that every
 * other store uses, so what is said and what was done cannot differ. Rejects when Redis does not answer in time.
 */
@Injectable()
export class RedisBucketStore extends BucketStore {
  /** @param timeOf for tests: the time to decide by instead of Redis's own. */
  constructor(
    private readonly redis: Redis,
    private readonly timeOf: (() => number) | null = null,
  ) {
    super();
    redis.defineCommand('spendBuckets', { numberOfKeys: 1, lua: SPEND });
  }

  async spend(name: string, policies: readonly BucketPolicy[], cost: number): Promise<Spend> {
    const limits = policies.flatMap(({ capacity, periodMs }) => [capacity, periodMs]);
    const redis = this.redis as Redis & SpendCommand;
    const reply = redis.spendBuckets(`akm:bucket:${name}`, cost, this.timeOf?.() ?? '', ...limits);
    const found = await within(TIMEOUT_MS, reply);
    const [now = 0, ...fullAt] = found.map(Number);
    return spend(fullAt, policies, cost, now);
  }
}

/** How long a request waits for Redis before it is limited locally. */
const TIMEOUT_MS = 100;

/**
 * Rejects when there is no answer in time. An answer that has arrived while this process was busy counts as one: timers
 * fire before sockets are read, so the sockets are given their turn first.
 */
function within<T>(ms: number, reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(reject, new Error(`Redis did not answer within ${ms} ms`)), ms);
    reply.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

interface SpendCommand {
  spendBuckets(key: string, ...parameters: (string | number)[]): Promise<string[]>;
}

/**
 * The decision of `spend()` in the domain, where its arithmetic is explained; a test holds the two against each other.
 * KEYS[1] the buckets; ARGV: cost, time in ms or nothing, then capacity and period in ms of each bucket.
 * Returns the time and the moments at which the buckets would have been full, as they were before.
 */
const SPEND = `
local cost, now = tonumber(ARGV[1]), tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local found = {}
for moment in string.gmatch(redis.call('GET', KEYS[1]) or '', '%S+') do found[#found + 1] = tonumber(moment) end
local admitted, last, answer, after = cost > 0, now, { string.format('%.17g', now) }, {}
for i = 1, (#ARGV - 2) / 2 do
  local capacity, period = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  local token = math.ceil(period / capacity * 2048) / 2048
  local before = found[i] or now
  local spent = math.max(before, now) + cost * token
  if cost > capacity or math.ceil(spent - now - capacity * token) > 0 then admitted = false end
  last = math.max(last, spent)
  answer[i + 1] = string.format('%.17g', before)
  after[i] = string.format('%.17g', spent)
end
if admitted then redis.call('SET', KEYS[1], table.concat(after, ' '), 'PX', math.ceil(last - now) + 1000) end
return answer`;
