import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, PersonOnly } from '../access/access.decorator.js';
import type { PersonPrincipal } from '../access/principal.js';
import { pageOf, PageQueryDto } from '../http/page.dto.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { PathId } from '../http/uuid.pipe.js';
import { ErasureDto, erasureView } from './erasure.dto.js';
import { People } from './people.js';
import { PersonErasure } from './person-erasure.js';
import { ChangeRoleDto, CreatedUserDto, CreateUserDto, UserDto, UserPageDto } from './user.dto.js';
import { createdUserView, userView } from './user.view.js';
import { Users } from './users.js';

const READ = 'akm:users:read';
const WRITE = 'akm:users:write';

@ApiTags('people')
@Controller('api/v1/auth/users')
export class PeopleController {
  constructor(
    private readonly people: People,
    private readonly users: Users,
    private readonly erasure: PersonErasure,
  ) {}

  @Get()
  @PersonOnly(READ)
  @ApiOperation({ summary: 'List people', description: 'For admins. Newest first.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async list(@Query() query: PageQueryDto): Promise<UserPageDto> {
    const [users, total] = await this.people.list(query);
    return pageOf(users.map(userView), total, query);
  }

  @Post()
  @PersonOnly(WRITE)
  @ApiOperation({
    summary: 'Make an account for somebody',
    description: 'For admins. Answers with a one-time password.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'IDENTITY_TAKEN', 'VALIDATION_FAILED')
  async create(
    @Body() body: CreateUserDto,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<CreatedUserDto> {
    const { user, oneTimePassword } = await this.people.create(body, caller, origin);
    return createdUserView(user, oneTimePassword);
  }

  @Get(':id')
  @PersonOnly(READ)
  @ApiOperation({ summary: 'Show a person', description: 'For admins.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async get(@PathId() id: string): Promise<UserDto> {
    return userView(await this.users.get(id));
  }

  @Put(':id/role')
  @PersonOnly(WRITE)
  @ApiOperation({ summary: 'Give a person another role', description: 'For admins. Takes effect at once.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'LAST_ADMIN', 'VALIDATION_FAILED')
  async changeRole(
    @PathId() id: string,
    @Body() body: ChangeRoleDto,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return userView(await this.people.changeRole(id, body.role, caller, origin));
  }

  @Post(':id/deactivate')
  @HttpCode(200)
  @PersonOnly(WRITE)
  @ApiOperation({ summary: 'Shut a person out', description: 'For admins. Ends every session of theirs at once.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'LAST_ADMIN')
  async deactivate(
    @PathId() id: string,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return userView(await this.people.deactivate(id, caller, origin));
  }

  @Post(':id/activate')
  @HttpCode(200)
  @PersonOnly(WRITE)
  @ApiOperation({ summary: 'Let a person in again', description: 'For admins.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  async activate(
    @PathId() id: string,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return userView(await this.people.activate(id, caller, origin));
  }

  @Post(':id/erase')
  @HttpCode(202)
  @PersonOnly(WRITE)
  @ApiOperation({
    summary: 'Take a person out, for good',
    description:
      'For admins. The account, its sessions, keys and webhooks end at once; what the log says of them goes soon after. ' +
      'Sent again, it answers how far that has come.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'LAST_ADMIN')
  async erase(
    @PathId() id: string,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<ErasureDto> {
    return erasureView(await this.erasure.erase(id, caller, origin));
  }

  @Get(':id/erasure')
  @PersonOnly(READ)
  @ApiOperation({ summary: 'Show how far an erasure has come', description: 'For admins.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async showErasure(@PathId() id: string): Promise<ErasureDto> {
    return erasureView(await this.erasure.progress(id));
  }
}
