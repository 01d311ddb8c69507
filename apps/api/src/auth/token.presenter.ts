import { Injectable } from '@nestjs/common';
import { AccessTokens } from './access-token.js';
import type { TokensDto } from './credentials.dto.js';
import type { OpenSession } from './sessions.js';

/** Shows a session to the person it belongs to, as the tokens that use it. */
@Injectable()
export class TokenPresenter {
  constructor(private readonly accessTokens: AccessTokens) {}

  present(session: OpenSession): TokensDto {
    return {
      access_token: this.accessTokens.sign(session),
      refresh_token: session.refreshToken,
      token_type: 'bearer',
      expires_in: this.accessTokens.lifetimeSeconds,
    };
  }
}
