import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { KEY_ENVIRONMENTS, type KeyEnvironment, QUERY_LENGTH_MAX } from '#domain';
import { IsPermissionQuery } from './permission-query.validator.js';

export class VerifySelfDto {
  @ApiProperty({
    description: 'What the key must hold: one permission, or a query with AND, OR and parentheses.',
    required: false,
    type: 'string',
    maxLength: QUERY_LENGTH_MAX,
    example: 'read',
  })
  @IsOptional()
  @IsString()
  @IsPermissionQuery()
  permissions?: string;

  /** The environment that is being used.
   * @example production */
  @IsOptional()
  @IsIn(KEY_ENVIRONMENTS)
  environment?: KeyEnvironment;

  /** The service that is being used.
   * @example billing */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  service?: string;
}
