import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Public } from '../access/access.decorator.js';
import { VERSION } from '../config/version.js';
import { HealthDto, ReadinessDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('operations')
@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

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
    const { status, details } = await this.readiness.check();
    return { status, details };
  }
}
