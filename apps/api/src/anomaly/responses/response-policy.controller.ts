import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../../access/access.decorator.js';
import type { Principal } from '../../access/principal.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { type PolicyReport, ResponsePolicies } from './response-policies.js';
import { ResponsePolicyDto, SetResponsePolicyDto } from './response-policy.dto.js';

@ApiTags('insights')
@Controller('api/v1/anomalies/responses')
export class ResponsePolicyController {
  constructor(private readonly policies: ResponsePolicies) {}

  @Get()
  @RequireScope('akm:anomalies:all')
  @ApiOperation({
    summary: 'Show what is done about anomalies',
    description: 'Besides telling of them, and what came of it. For admins.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN')
  async show(): Promise<ResponsePolicyDto> {
    return policyView(await this.policies.report());
  }

  @Put()
  @RequireScope('akm:anomalies:all')
  @ApiOperation({
    summary: 'Set what is done about anomalies',
    description:
      'Throttles or suspends keys by itself, once it acts. It is off until somebody begins a dry run, and acts only on what there was a dry run of. For admins.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async set(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Body() { suspends_last_key: suspendsLastKey, ...wish }: SetResponsePolicyDto,
  ): Promise<ResponsePolicyDto> {
    return policyView(await this.policies.set({ ...wish, suspendsLastKey }, caller, origin));
  }
}

export function policyView({ policy, modeSince, hourly, trippedAt, counts }: PolicyReport): ResponsePolicyDto {
  return {
    mode: policy.mode,
    mode_since: modeSince,
    ...policy.reactions,
    suspends_last_key: policy.suspendsLastKey,
    keys_an_hour: hourly,
    breaker_tripped_at: trippedAt,
    throttled: counts.throttled ?? 0,
    suspended: counts.suspended ?? 0,
    would_have_throttled: counts.would_have_throttled ?? 0,
    would_have_suspended: counts.would_have_suspended ?? 0,
    held_back: counts.held_back ?? 0,
  };
}
