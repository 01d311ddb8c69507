import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { ApiProblems } from '#problems';
import { Public } from '../access/access.decorator.js';
import { VERSION } from '../config/version.js';
import { CacheHealth } from './cache-health.js';
import { HealthDto, ReadinessDto } from './health.dto.js';
import { LimitsHealth } from './limits-health.js';
import { MigrationsHealth } from './migrations-health.js';

const DATABASE_TIMEOUT_MS = 1000;

@ApiTags('operations')
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly migrations: MigrationsHealth,
    private readonly limits: LimitsHealth,
    private readonly cache: CacheHealth,
  ) {}

  @Get('health')
  @ApiOperation({ summary: 'What is running here', description: 'Its name and version.' })
  @ApiProblems()
  status(): HealthDto {
    return { status: 'ok', version: VERSION, service: 'akm' };
  }

  @Get('healthz')
  @ApiOperation({ summary: 'Whether the process lives', description: 'For a supervisor: restart it when this fails.' })
  @ApiProblems()
  alive(): HealthDto {
    return this.status();
  }

  @Get('readyz')
  @ApiOperation({
    summary: 'Whether it can serve',
    description: 'For a load balancer: 503 while something is missing.',
  })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiProblems()
  async ready(): Promise<ReadinessDto> {
    const { status, details } = await this.checks.check([
      () => this.database.pingCheck('database', { timeout: DATABASE_TIMEOUT_MS }),
      () => this.migrations.check('migrations'),
      () => this.limits.check('limits'),
      () => this.cache.check('key_cache'),
    ]);
    return { status, details };
  }
}
