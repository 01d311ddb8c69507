import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { KEY_ENVIRONMENTS, type KeyEnvironment } from '#domain';
import { ApiId, ApiText } from '../../http/api-field.decorators.js';

export class IntrospectDto {
  /** What is to be looked at.
   * @example akm_live_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0 */
  @IsString()
  @Length(1, 16_384)
  token: string;

  /** Taken, and not needed.
   * @example access_token */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  token_type_hint?: string;

  /** The environment that is being used.
   * @example production */
  @IsOptional()
  @IsIn(KEY_ENVIRONMENTS)
  environment?: KeyEnvironment;

  /** The service that is being used. A key restricted to services is not active without it.
   * @example billing */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  service?: string;

  /** Address of whoever shows the key. A key restricted to addresses is not active without it.
   * @example 10.1.2.3 */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  ip?: string;

  /** User-Agent of whoever shows the key.
   * @example billing-worker/1.4 */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  user_agent?: string;
}

/** Of what is not active nothing but that is said. */
export class IntrospectionDto {
  /** Whether the key is good just now, for whoever shows it as was told.
   * @example true */
  active: boolean;

  /** What it may, with blanks between.
   * @example read invoices.send */
  @ApiText(12_899)
  scope?: string;

  /** Id of the key.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  client_id?: string;

  /** Id of its owner.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  sub?: string;

  /** @example api_key */
  @ApiText(16)
  token_type?: string;

  /** When it expires, in seconds since 1970; absent: never.
   * @example 1795348800 */
  @ApiProperty({ type: 'integer', format: 'int64', minimum: 0, maximum: 253_402_300_799 })
  exp?: number;
}
