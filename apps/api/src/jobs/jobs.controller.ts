import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '#domain';
import { ApiProblems } from '#problems';
import { RequireScope } from '../access/access.decorator.js';
import type { JobRun } from './job-run.entity.js';
import type { Job } from './job.js';
import { JobDto, JobListDto } from './jobs.dto.js';
import { Jobs } from './jobs.js';
import { tellableError } from './tellable-error.js';

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
    const items = await Promise.all(
      this.jobs.all.map(async (job) => jobView(job, await this.jobs.lastRun(job.name), this.clock.now())),
    );
    return { items };
  }
}

function jobView(job: Job, last: JobRun | null, now: number): JobDto {
  return {
    name: job.name,
    every_seconds: job.everyMs / 1000,
    last_run: last && {
      started_at: last.startedAt,
      finished_at: last.finishedAt,
      items: last.items,
      error: last.error === null ? null : tellableError(last.error),
    },
    next_run_at: new Date(Math.max(now, last ? last.startedAt.getTime() + job.everyMs : now)),
  };
}
