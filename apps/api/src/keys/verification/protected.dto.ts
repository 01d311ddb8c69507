import { ApiId, ApiText, ApiTexts } from '../../http/api-field.decorators.js';

export class ProtectedDto {
  /** @example "This key works." */
  @ApiText(100)
  message: string;

  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  api_key_id: string;

  /** @example ["read"] */
  @ApiTexts(100, 128)
  permissions: string[];
}
