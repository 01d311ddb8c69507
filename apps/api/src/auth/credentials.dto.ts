import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { ApiCount, ApiText } from '../http/api-field.decorators.js';
import { IsEmailAddress, IsNewPassword, IsUsername } from './identity.decorators.js';
import { EMAIL_BYTES_MAX } from './identity.js';

/** Long enough for every password there can be, in UTF-16 units; a longer text is not hashed. */
const PASSWORD_UNITS_MAX = 512;

export class RegisterDto {
  /** @example ada@example.com */
  @IsEmailAddress()
  email: string;

  /** @example ada */
  @IsUsername()
  username: string;

  /** 12 to 128 characters, not common and not made of the e-mail address or username.
   * @example SecurePass123! */
  @IsNewPassword()
  password: string;
}

export class LoginDto {
  /** In any spelling of the address that was registered.
   * @example ada@example.com */
  @IsString()
  @MaxLength(EMAIL_BYTES_MAX)
  email: string;

  /** @example SecurePass123! */
  @ApiProperty({ format: 'password' })
  @IsString()
  @MaxLength(PASSWORD_UNITS_MAX)
  password: string;
}

export class RefreshDto {
  /** The one from the last sign-in or refresh; each works once.
   * @example Zf3q1xQm2n0c6yH8rT4vK7wL9pA5sD1eB3gU6jN8oXk */
  @IsString()
  @MaxLength(256)
  refresh_token: string;
}

export class ChangePasswordDto {
  /** A one-time password will do, too.
   * @example SecurePass123! */
  @ApiProperty({ format: 'password' })
  @IsString()
  @MaxLength(PASSWORD_UNITS_MAX)
  current_password: string;

  /** 12 to 128 characters, not common and not made of your e-mail address or username.
   * @example "another fine passphrase" */
  @IsNewPassword()
  new_password: string;
}

export class TokensDto {
  /** Send it as `Authorization: Bearer …`.
   * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJha20ifQ.c2lnbmF0dXJl */
  @ApiText(4096)
  access_token: string;

  /** Good for one refresh; using it twice ends the session.
   * @example Zf3q1xQm2n0c6yH8rT4vK7wL9pA5sD1eB3gU6jN8oXk */
  @ApiText(256)
  refresh_token: string;

  /** @example bearer */
  token_type: 'bearer';

  /** Seconds until the access token expires.
   * @example 1800 */
  @ApiCount()
  expires_in: number;
}

export class MessageDto {
  /** @example "You are signed out everywhere." */
  @ApiText(255)
  message: string;
}
