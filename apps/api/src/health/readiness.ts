import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { CacheHealth } from './cache-health.js';
import { LimitsHealth } from './limits-health.js';
import { MigrationsHealth } from './migrations-health.js';

const DATABASE_TIMEOUT_MS = 1000;

/** Each thing this instance needs, and whether it is there. */
@Injectable()
export class Readiness {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly migrations: MigrationsHealth,
    private readonly limits: LimitsHealth,
    private readonly cache: CacheHealth,
  ) {}

  /** @throws ServiceUnavailableException while something is missing. */
  check(): Promise<HealthCheckResult> {
    return this.checks.check([
      () => this.database.pingCheck('database', { timeout: DATABASE_TIMEOUT_MS }),
      () => this.migrations.check('migrations'),
      () => this.limits.check('limits'),
      () => this.cache.check('key_cache'),
    ]);
  }

  /** The same, where what is missing is to be told and no reason to fail. */
  async tell(): Promise<HealthCheckResult> {
    try {
      return await this.check();
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }
}
