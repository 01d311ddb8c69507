import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { ChangeFeedModule } from '../change-feed/change-feed.module.js';
import { VerificationModule } from '../keys/verification/verification.module.js';
import { CacheHealth } from './cache-health.js';
import { LimitsHealth } from './limits-health.js';
import { MetricsAccess } from './metrics-access.js';
import { MetricsController } from './metrics.controller.js';
import { MigrationsHealth } from './migrations-health.js';
import { Readiness } from './readiness.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), RateLimitModule, ChangeFeedModule, VerificationModule],
  controllers: [HealthController, MetricsController],
  providers: [MetricsAccess, MigrationsHealth, LimitsHealth, CacheHealth, Readiness],
  exports: [Readiness],
})
export class HealthModule {}
