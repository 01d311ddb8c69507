import { Inject, Logger, Module, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Clock } from '#domain';
import { Config } from '../config/config.js';
import { BucketStore } from './bucket-store.js';
import { MemoryBucketStore } from './memory-bucket-store.js';
import { RateLimitMetrics } from './rate-limit-metrics.js';
import { RedisBucketStore } from './redis-bucket-store.js';
import { SharedBucketStore } from './shared-bucket-store.js';
import { storedNames } from './stored-names.js';
import { TokenBucketInterceptor } from './token-bucket.interceptor.js';

const REDIS = Symbol('redis');

@Module({
  providers: [
    {
      provide: REDIS,
      inject: [Config],
      useFactory: ({ limits }: Config) => limits.redisUrl && connect(limits.redisUrl),
    },
    {
      provide: BucketStore,
      inject: [REDIS, Config, Clock],
      useFactory: (redis: Redis | null, { limits, secrets }: Config, clock: Clock): BucketStore => {
        const local = new MemoryBucketStore();
        if (!redis) return local;
        const shared = new RedisBucketStore(redis, null, storedNames(secrets.masterEncryption[0] ?? ''));
        return new SharedBucketStore(shared, local, limits.localShare, clock);
      },
    },
    RateLimitMetrics,
    TokenBucketInterceptor,
  ],
  exports: [BucketStore, TokenBucketInterceptor],
})
export class RateLimitModule implements OnApplicationShutdown {
  constructor(@Optional() @Inject(REDIS) private readonly redis: Redis | null) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}

/** Fails at once instead of waiting: a request can be limited locally, but it cannot wait for Redis to come back. */
function connect(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 500,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
  });
  const logger = new Logger('RateLimit');
  // Without a listener an unreachable Redis would end the process; what matters of it is told by the bucket store.
  redis.on('error', (error: Error) => {
    logger.debug(error.message);
  });
  return redis;
}
