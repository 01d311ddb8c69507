import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { InsightsDto, InsightsQueryDto } from './insights.dto.js';
import { KeyInsights } from './key-insights.js';

@ApiTags('insights')
@Controller('api/v1/insights')
export class InsightsController {
  constructor(private readonly insights: KeyInsights) {}

  @Get()
  @RequireScope('akm:keys:read')
  @ApiOperation({
    summary: 'Look through your keys',
    description:
      'Which need another secret, what was noticed about them, and what would make them safer: each with what was ' +
      'observed and the call that does it. For admins of everybody’s keys.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  look(@Caller() caller: Principal, @Query() query: InsightsQueryDto): Promise<InsightsDto> {
    return this.insights.of(caller, query);
  }
}
