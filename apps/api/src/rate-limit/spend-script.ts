import type { BucketPolicy } from '#domain';
import { BUCKETS_MAX } from './bucket-table.js';

/** A decision to be taken. */
export interface Ask {
  readonly name: string;
  readonly policies: readonly BucketPolicy[];
  readonly cost: number;
}

/** Numbers of an ask: its cost, how many buckets it has, and capacity and period of each. */
const ASK_NUMBERS = 2 + 2 * BUCKETS_MAX;
const NUMBER_BYTES = 8;

/** Decisions as the script reads them, in binary: most of what a decision costs is numbers made into text and back. */
export function packed(asks: readonly Ask[]): Buffer {
  const bytes = Buffer.alloc(asks.length * ASK_NUMBERS * NUMBER_BYTES);
  asks.forEach(({ policies, cost }, n) => {
    let at = n * ASK_NUMBERS * NUMBER_BYTES;
    at = bytes.writeDoubleLE(cost, at);
    at = bytes.writeDoubleLE(policies.length, at);
    for (const { capacity, periodMs } of policies)
      at = bytes.writeDoubleLE(periodMs, bytes.writeDoubleLE(capacity, at));
  });
  return bytes;
}

/** What the script found: when it looked, by the clock of Redis, and how the buckets stood then. */
export class Found {
  constructor(private readonly reply: Buffer) {}

  get now(): number {
    return this.reply.readDoubleLE(0);
  }

  /** The moments at which the first buckets of the ask with this number would have been full. */
  fullAt(ask: number, buckets: number): number[] {
    const moments: number[] = [];
    for (let n = 1; n <= buckets; n++) {
      moments.push(this.reply.readDoubleLE((ask * BUCKETS_MAX + n) * NUMBER_BYTES));
    }
    return moments;
  }
}

/**
 * The decision of `spend()` in the domain, where its arithmetic is explained, for each of KEYS; a test holds the two
 * against each other. ARGV: time in ms or nothing, then the asks as `packed` writes them. Numbers are doubles, stored and
 * answered as such. Answers the time, and three moments a key: when its buckets would have been full, before this.
 * What is stored and is no such moment is taken for nothing stored, and overwritten: it must not fail the other keys.
 */
export const SPEND_SCRIPT = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local unpack, pack, call, ceil, max = struct.unpack, struct.pack, redis.call, math.ceil, math.max
local answer = { pack('<d', now) }
for n = 1, #KEYS do
  local at = ${ASK_NUMBERS * NUMBER_BYTES} * (n - 1) + 1
  local cost, count = unpack('<dd', ARGV[2], at)
  local stored = redis.pcall('GET', KEYS[n])
  if type(stored) ~= 'string' then stored = '' end
  local admitted, last, before, after = cost > 0, now, { 0, 0, 0 }, { 0, 0, 0 }
  for i = 1, count do
    local capacity, period = unpack('<dd', ARGV[2], at + 16 * i)
    local token = ceil(period / capacity * 2048) / 2048
    local found = #stored >= 8 * i and unpack('<d', stored, 8 * i - 7) or now
    if not (found < ${Number.MAX_SAFE_INTEGER}) then found = now end
    local spent = max(found, now) + cost * token
    if cost > capacity or ceil(spent - now - capacity * token) > 0 then admitted = false end
    last = max(last, spent)
    before[i], after[i] = found, spent
  end
  if admitted then
    local moments = string.sub(pack('<ddd', after[1], after[2], after[3]), 1, 8 * count)
    call('SET', KEYS[n], moments, 'PX', ceil(last - now) + 1000)
  end
  answer[n + 1] = pack('<ddd', before[1], before[2], before[3])
end
return table.concat(answer)`;
