import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, PersonOnly } from '../access/access.decorator.js';
import type { PersonPrincipal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { PathId } from '../http/uuid.pipe.js';
import { SessionsDto, sessionsDto } from './session.dto.js';
import { Sessions } from './sessions.js';

@ApiTags('auth')
@Controller('api/v1/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Get()
  @PersonOnly()
  @ApiOperation({ summary: 'List your sessions', description: 'Those that run, the one used last first.' })
  @ApiProblems('UNAUTHENTICATED')
  async list(@Caller() { userId, sessionId }: PersonPrincipal): Promise<SessionsDto> {
    return sessionsDto(await this.sessions.list(userId), sessionId);
  }

  @Delete(':id')
  @HttpCode(204)
  @PersonOnly()
  @ApiOperation({ summary: 'End one of your sessions', description: 'Its access tokens stop working at once.' })
  @ApiProblems('UNAUTHENTICATED', 'NOT_FOUND')
  end(@PathId() id: string, @Caller() caller: PersonPrincipal, @Origin() origin: RequestOrigin): Promise<void> {
    return this.sessions.end(id, caller.userId, origin);
  }
}
