import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { ApiProblems } from '#problems';
import { Caller, PersonOnly, Public } from '../access/access.decorator.js';
import type { PersonPrincipal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { LoginDto, MessageDto, RefreshDto, RegisterDto, TokensDto } from './credentials.dto.js';
import { Registration } from './registration.js';
import { SignInLimit } from './sign-in-limit.decorator.js';
import { SessionRefresh } from './session-refresh.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { TokenPresenter } from './token.presenter.js';
import { UserDto } from './user.dto.js';
import { userView } from './user.view.js';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly registration: Registration,
    private readonly signIn: SignIn,
    private readonly sessionRefresh: SessionRefresh,
    private readonly sessions: Sessions,
    private readonly tokens: TokenPresenter,
  ) {}

  @Post('register')
  @Public()
  @SignInLimit('sign-in')
  // Whoever registers guesses at no password, and naming somebody's e-mail address must not keep them from signing in.
  @SkipThrottle({ account: true })
  @ApiOperation({ summary: 'Make an account', description: 'New people are developers.' })
  @ApiProblems('VALIDATION_FAILED', 'IDENTITY_TAKEN', 'REGISTRATION_CLOSED', 'TOO_MANY_REQUESTS')
  async register(@Body() body: RegisterDto, @Origin() origin: RequestOrigin): Promise<UserDto> {
    return userView(await this.registration.register(body, origin));
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @SignInLimit('sign-in')
  @ApiOperation({ summary: 'Sign in', description: 'Several failures in a row lock the account for a while.' })
  @ApiProblems('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'ACCOUNT_DEACTIVATED', 'ACCOUNT_LOCKED', 'TOO_MANY_REQUESTS')
  async login(@Body() body: LoginDto, @Origin() origin: RequestOrigin): Promise<TokensDto> {
    return this.tokens.present(await this.signIn.signIn(body.email, body.password, origin));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @SignInLimit('refresh')
  @ApiOperation({
    summary: 'Continue a session',
    description: 'A refresh token works once; using it again ends the session.',
  })
  @ApiProblems('VALIDATION_FAILED', 'INVALID_REFRESH_TOKEN', 'TOO_MANY_REQUESTS')
  async refresh(@Body() body: RefreshDto, @Origin() origin: RequestOrigin): Promise<TokensDto> {
    return this.tokens.present(await this.sessionRefresh.refresh(body.refresh_token, origin));
  }

  @Post('logout')
  @HttpCode(200)
  @PersonOnly()
  @ApiOperation({ summary: 'Sign out everywhere', description: 'Ends every session of yours, access tokens included.' })
  @ApiProblems('UNAUTHENTICATED')
  async logout(@Caller() caller: PersonPrincipal, @Origin() origin: RequestOrigin): Promise<MessageDto> {
    await this.sessions.signOut(caller.userId, origin);
    return { message: 'You are signed out everywhere.' };
  }
}
