import fc from 'fast-check';
import { Redis } from 'ioredis';
import { type BucketPolicy, ManualClock, spend } from '#domain';
import { bucketStoreContract } from '../../apps/api/src/rate-limit/bucket-store.contract.js';
import { RedisBucketStore } from '../../apps/api/src/rate-limit/redis-bucket-store.js';
import { hasRedis, RedisProcess } from '../support/redis-process.js';

const describeWithRedis = hasRedis ? describe : describe.skip;

describeWithRedis('RedisBucketStore (needs redis-server)', () => {
  let server: RedisProcess;
  let redis: Redis;
  let clock: ManualClock;
  let store: RedisBucketStore;
  beforeAll(async () => {
    server = await RedisProcess.start();
    redis = new Redis(server.url);
  });
  beforeEach(async () => {
    await redis.flushall();
    clock = new ManualClock(1_760_000_000_123);
    store = new RedisBucketStore(redis, () => clock.now());
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it.each(bucketStoreContract)('$name', async ({ run }) => {
    await run({ store, clock });
  });

  it('decides as the domain does, to the last bit, whatever was spent when', async () => {
    const policy = fc.record({
      name: fc.constant('p'),
      capacity: fc.integer({ min: 1, max: 1_000_000 }),
      periodMs: fc.constantFrom(1_000, 60_000, 3_600_000, 86_400_000),
    });
    const step = fc.record({ waitMs: fc.nat(100_000), cost: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(policy, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 20 }),
        async (policies, steps) => {
          await redis.flushall();
          let fullAt: number[] = [];
          for (const { waitMs, cost } of steps) {
            clock.advance(waitMs);
            const expected = spend(fullAt, policies, cost, clock.now());
            expect(await store.spend('p', policies, cost)).toEqual({
              ...expected,
              fullAt: expect.anything() as unknown,
            });
            if (cost > 0) fullAt = expected.fullAt;
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('goes by the clock of Redis, however wrong that of the instance is', async () => {
    const policies: BucketPolicy[] = [{ name: 'day', capacity: 1, periodMs: 86_400_000 }];
    const byRedis = new RedisBucketStore(redis);
    expect((await byRedis.spend('k', policies, 1)).admitted).toBe(true);
    expect((await byRedis.spend('k', policies, 1)).admitted).toBe(false);
  });

  it('asks Redis once for all that one turn of the event loop decides, each by itself', async () => {
    const twice = [{ name: 'minute', capacity: 2, periodMs: 60_000 }];
    await store.spend('before', twice, 1);
    const sent = jest.spyOn(redis, 'sendCommand');
    const spent = await Promise.all(['a', 'b', 'a', 'b', 'a'].map((name) => store.spend(name, twice, 1)));
    expect(sent).toHaveBeenCalledTimes(1);
    sent.mockRestore();
    expect(spent.map(({ admitted }) => admitted)).toEqual([true, true, true, true, false]);
    expect(spent.map(({ buckets }) => buckets[0]?.remaining)).toEqual([1, 1, 0, 0, 0]);
  });

  it('decides exactly when a turn asks for more than Redis is given at once', async () => {
    const policies = [{ name: 'minute', capacity: 700, periodMs: 60_000 }];
    const spent = await Promise.all(Array.from({ length: 1_000 }, () => store.spend('k', policies, 1)));
    expect(spent.filter(({ admitted }) => admitted)).toHaveLength(700);
  });

  it('refuses a decision that cannot be taken, and takes the others of its turn', async () => {
    const policies = [{ name: 'minute', capacity: 2, periodMs: 60_000 }];
    const [good, bad, alsoGood] = await Promise.allSettled([
      store.spend('a', policies, 1),
      store.spend('a', [{ name: 'none', capacity: 0, periodMs: 60_000 }], 1),
      store.spend('a', policies, 1),
    ]);
    expect([good, alsoGood]).toMatchObject([{ value: { admitted: true } }, { value: { admitted: true } }]);
    expect(bad).toMatchObject({ reason: expect.any(RangeError) as unknown });
  });

  describe('what is stored and is no bucket', () => {
    const once: BucketPolicy[] = [{ name: 'minute', capacity: 1, periodMs: 60_000 }];
    const double = (value: number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return bytes;
    };

    it.each<[string, () => Promise<unknown>]>([
      ['a list', () => redis.lpush('akm:buckets:bad', 'x')],
      ['a hash', () => redis.hset('akm:buckets:bad', 'x', '1')],
      ['a short text', () => redis.set('akm:buckets:bad', 'x')],
      ['not a number', () => redis.set('akm:buckets:bad', double(NaN))],
      ['infinity', () => redis.set('akm:buckets:bad', double(Infinity))],
      ['a number beyond all time', () => redis.set('akm:buckets:bad', double(1e300))],
    ])('is overwritten if it is %s, and fails no other decision of its turn', async (_, spoil) => {
      await spoil();
      const spent = await Promise.all(['good', 'bad', 'bad', 'good'].map((name) => store.spend(name, once, 1)));
      expect(spent.map(({ admitted }) => admitted)).toEqual([true, true, false, false]);
      expect(await redis.type('akm:buckets:bad')).toBe('string');
      expect(await redis.pttl('akm:buckets:bad')).toBeGreaterThan(0);
    });
  });

  it('leaves nothing behind for a bucket that is full again', async () => {
    await store.spend('k', [{ name: 's', capacity: 10, periodMs: 1000 }], 1);
    expect(await redis.pttl('akm:buckets:k')).toBeLessThanOrEqual(1100);
  });
});
