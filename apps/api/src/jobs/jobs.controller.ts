import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '#domain';
import { ApiProblems } from '#problems';
import { RequireScope } from '../access/access.decorator.js';
import { jobViews } from './job.view.js';
import { JobListDto } from './jobs.dto.js';
import { Jobs } from './jobs.js';

@ApiTags('operations')
@Controller('api/v1/jobs')
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequireScope('akm:jobs:read')
  @ApiOperation({
    summary: 'List background jobs',
    description: 'What runs by itself, when it last did and how it went.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN')
  async list(): Promise<JobListDto> {
    return { items: await jobViews(this.jobs, this.clock.now()) };
  }
}
