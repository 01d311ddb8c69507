import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, PersonOnly } from '../access/access.decorator.js';
import type { PersonPrincipal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { PathId } from '../http/uuid.pipe.js';
import { SessionsDto, sessionsDto } from './session.dto.js';
import { Sessions } from './sessions.js';
import { Users } from './users.js';

@ApiTags('people')
@Controller('api/v1/auth/users/:id/sessions')
export class PersonSessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly users: Users,
  ) {}

  @Get()
  @PersonOnly('akm:users:read')
  @ApiOperation({ summary: 'List the sessions of a person', description: 'For admins. The one used last first.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async list(@PathId() id: string, @Caller() { sessionId }: PersonPrincipal): Promise<SessionsDto> {
    const { id: userId } = await this.users.get(id);
    return sessionsDto(await this.sessions.list(userId), sessionId);
  }

  @Delete(':sid')
  @HttpCode(204)
  @PersonOnly('akm:users:write')
  @ApiOperation({
    summary: 'End a session of a person',
    description: 'For admins: a lost telephone, for instance. Its access tokens stop working at once.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  end(
    @PathId() id: string,
    @PathId('sid', 'Id of the session.') sessionId: string,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    return this.sessions.end(sessionId, id, origin, caller.userId);
  }
}
