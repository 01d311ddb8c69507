import { Body, Controller, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, PersonOnly } from '../access/access.decorator.js';
import type { PersonPrincipal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { PathId } from '../http/uuid.pipe.js';
import { People } from './people.js';
import { ChangeRoleDto, UserDto, userDto } from './user.dto.js';

@ApiTags('people')
@Controller('api/v1/auth/users')
export class PeopleController {
  constructor(private readonly people: People) {}

  @Put(':id/role')
  @PersonOnly('akm:users:write')
  @ApiOperation({
    summary: 'Give a person another role',
    description: 'Takes effect at once, for running sessions too.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'LAST_ADMIN', 'VALIDATION_FAILED')
  async changeRole(
    @PathId() id: string,
    @Body() body: ChangeRoleDto,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return userDto(await this.people.changeRole(id, body.role, caller, origin));
  }
}
