import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { RequireScope } from '../access/access.decorator.js';
import { PathId } from '../http/uuid.pipe.js';
import { LogConsistencyDto, LogConsistencyQueryDto, LogProofDto, LogVerificationDto } from './log-proofs.dto.js';
import { LogProofs } from './log-proofs.js';

@ApiTags('audit')
@Controller('api/v1/logs')
@RequireScope('akm:logs:all')
export class LogProofsController {
  constructor(private readonly proofs: LogProofs) {}

  @Get('verify')
  @ApiOperation({
    summary: 'Verify the log',
    description:
      'Reads all of it and compares it with the signed tree. Names what is wrong, the first first. For admins.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN')
  verify(): Promise<LogVerificationDto> {
    return this.proofs.verify();
  }

  @Get('checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({
    summary: 'Get the newest checkpoint',
    description: 'A signed note (C2SP tlog-checkpoint) of everything logged up to now. Keep it elsewhere. For admins.',
  })
  @ApiOkResponse({
    description: 'Origin, size and root, and the signature behind an empty line.',
    content: { 'text/plain': { schema: { type: 'string', maxLength: 1000, example: 'akm/0198f0c4\n4712\n47DE…\n' } } },
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async checkpoint(): Promise<string> {
    return (await this.proofs.checkpoint()).note;
  }

  @Get('consistency')
  @ApiOperation({
    summary: 'Prove that the log goes on from what it was',
    description: 'RFC 6962: the tree of the larger size begins with the one of the smaller. For admins.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED')
  consistency(@Query() query: LogConsistencyQueryDto): Promise<LogConsistencyDto> {
    return this.proofs.consistency(query);
  }

  @Get(':id/proof')
  @ApiOperation({
    summary: 'Prove that an entry is in the log',
    description: 'RFC 6962: with the newest checkpoint, whoever has the verifier key can check it alone. For admins.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  proof(@PathId('id', 'Id of the entry.') id: string): Promise<LogProofDto> {
    return this.proofs.inclusion(id);
  }
}
