import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { PathId } from '../http/uuid.pipe.js';
import { KeyUsageDto, KeyUsageQueryDto } from './key-usage.dto.js';
import { KeyUsageService } from './key-usage.service.js';

@ApiTags('keys')
@Controller('api/v1/keys')
export class KeyUsageController {
  constructor(private readonly usage: KeyUsageService) {}

  @Get(':id/usage')
  @RequireScope('akm:keys:read')
  @ApiOperation({
    summary: 'Show how a key is used',
    description: 'What was let in and what was not, how fast, from where, with which of its secrets, and when.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED')
  show(@Caller() caller: Principal, @PathId() id: string, @Query() query: KeyUsageQueryDto): Promise<KeyUsageDto> {
    return this.usage.report(caller, id, query);
  }
}
