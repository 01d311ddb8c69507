import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { ExplainRequestDto, RequestExplanationDto } from './request-explanation.dto.js';
import { RequestExplanations } from './request-explanations.js';
import { PathRequestId } from './request-id.pipe.js';

@ApiTags('insights')
@Controller('api/v1/requests')
export class RequestsController {
  constructor(private readonly explanations: RequestExplanations) {}

  @Get(':request_id/explain')
  @RequireScope('akm:logs:read')
  @ApiOperation({
    summary: 'Explain a request',
    description:
      'Why a use of a key was refused, or let in: what decided it, whether that has changed since, and what would have ' +
      'to be different. Of your keys; for admins of all. From what is on record, and what is not is said to be unknown.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED')
  explain(
    @Caller() caller: Principal,
    @PathRequestId() requestId: string,
    @Query() { at }: ExplainRequestDto,
  ): Promise<RequestExplanationDto> {
    return this.explanations.explain(caller, requestId, at);
  }
}
