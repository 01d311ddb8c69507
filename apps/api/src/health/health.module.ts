import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { LimitsHealth } from './limits-health.js';
import { MigrationsHealth } from './migrations-health.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), RateLimitModule],
  controllers: [HealthController],
  providers: [MigrationsHealth, LimitsHealth],
})
export class HealthModule {}
