import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, PersonOnly } from '../access/access.decorator.js';
import type { PersonPrincipal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { ChangePasswordDto, MessageDto } from './credentials.dto.js';
import { SignInLimit } from './sign-in-limit.decorator.js';
import { OwnAccount } from './own-account.js';
import { UpdateMeDto, UserDto } from './user.dto.js';
import { userView } from './user.view.js';
import { Users } from './users.js';

@ApiTags('auth')
@Controller('api/v1/auth')
export class OwnAccountController {
  constructor(
    private readonly users: Users,
    private readonly account: OwnAccount,
  ) {}

  @Get('me')
  @PersonOnly()
  @ApiOperation({ summary: 'Show who you are', description: 'With the role you have now.' })
  @ApiProblems('UNAUTHENTICATED')
  async me(@Caller() caller: PersonPrincipal): Promise<UserDto> {
    return userView(await this.users.get(caller.userId));
  }

  @Put('me')
  @PersonOnly()
  @ApiOperation({ summary: 'Change your names', description: 'Absent fields stay as they are.' })
  @ApiProblems('UNAUTHENTICATED', 'IDENTITY_TAKEN', 'VALIDATION_FAILED')
  async update(
    @Body() body: UpdateMeDto,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return userView(await this.account.update(caller, body, origin));
  }

  @Post('change-password')
  @HttpCode(200)
  @PersonOnly()
  @SignInLimit('sign-in')
  @ApiOperation({ summary: 'Choose another password', description: 'Ends every other session of yours.' })
  @ApiProblems('UNAUTHENTICATED', 'WRONG_PASSWORD', 'ACCOUNT_LOCKED', 'VALIDATION_FAILED', 'TOO_MANY_REQUESTS')
  async changePassword(
    @Body() body: ChangePasswordDto,
    @Caller() caller: PersonPrincipal,
    @Origin() origin: RequestOrigin,
  ): Promise<MessageDto> {
    await this.account.changePassword(caller, body, origin);
    return { message: 'Your password is changed, and you are signed out everywhere else.' };
  }
}
