import { Module } from '@nestjs/common';
import { BucketStore } from './bucket-store.js';
import { MemoryBucketStore } from './memory-bucket-store.js';
import { TokenBucketInterceptor } from './token-bucket.interceptor.js';

@Module({
  providers: [{ provide: BucketStore, useFactory: () => new MemoryBucketStore() }, TokenBucketInterceptor],
  exports: [BucketStore, TokenBucketInterceptor],
})
export class RateLimitModule {}
