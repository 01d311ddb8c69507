import { IsIn, IsOptional } from 'class-validator';
import { ApiAnyObject } from '../http/api-field.decorators.js';
import { ApiKeyDto } from './api-key.dto.js';

export class ShowApiKeyDto {
  /** Adds what only the owner sees, and writes into the audit log that it was seen.
   * @example secret_meta */
  @IsOptional()
  @IsIn(['secret_meta'])
  reveal?: 'secret_meta';
}

export class ShownApiKeyDto extends ApiKeyDto {
  /** Only in answers to `?reveal=secret_meta`.
   * @example {"crm_token": "t0ps3cret"} */
  @ApiAnyObject()
  secret_meta?: object | null;
}
