import { Equals, IsOptional, Length, Matches } from 'class-validator';
import { ApiCount, ApiExample, ApiList, ApiText } from '../http/api-field.decorators.js';
import { ApiKeyDto } from './api-key.dto.js';
import { NewApiKeyDto } from './change-api-key.dto.js';
import { IsPlainText } from './validators.js';

/** What fits into one call: all of them are imported, or none. */
export const IMPORTED_KEYS_MAX = 500;

/** A key that was issued elsewhere. Its secret stays where it is: its digest is all that is told. */
@ApiExample({
  name: 'billing worker',
  hash: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  algorithm: 'sha256',
  key_prefix: 'akm_4fT9Kx',
  never_expires: true,
})
export class ImportApiKeyDto extends NewApiKeyDto {
  /** The digest of the whole key, in hexadecimal digits.
   * @example 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae */
  @ApiText(64)
  @Matches(/^[0-9a-fA-F]{64}$/, { message: 'hash must be 64 hexadecimal digits' })
  hash: string;

  /** @example sha256 */
  @Equals('sha256')
  algorithm: 'sha256';

  /** What is shown of the key; never the whole key. Absent: the start of its digest.
   * @example akm_4fT9Kx */
  @IsOptional()
  @IsPlainText()
  @Length(1, 32)
  key_prefix?: string | null;
}

export class ImportedApiKeysDto {
  /** How many keys were imported.
   * @example 1 */
  @ApiCount(IMPORTED_KEYS_MAX)
  imported: number;

  /** The keys, in the order of the request. */
  @ApiList(IMPORTED_KEYS_MAX)
  keys: ApiKeyDto[];
}
