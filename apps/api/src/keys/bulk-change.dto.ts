import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  ValidateNested,
} from 'class-validator';
import { KEY_ENVIRONMENTS, type KeyEnvironment, type KeyStatus } from '#domain';
import { type ProblemCode, PROBLEM_CODES } from '#problems';
import { ApiId, ApiList, ApiText } from '../http/api-field.decorators.js';
import { IsWholeNumber } from '../http/whole-number.decorator.js';
import { KEY_STATUSES } from './list-api-keys.dto.js';

/** How many keys one call looks at. */
export const BULK_KEYS_MAX = 100;

export const BULK_ACTIONS = ['disable', 'enable', 'revoke', 'rotate'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Which keys: those of which everything said here is true. */
export class BulkFilterDto {
  /** Keys with these ids.
   * @example ["0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f"] */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(BULK_KEYS_MAX)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  @ApiProperty({ maxItems: BULK_KEYS_MAX })
  ids?: string[] | null;

  /** Keys that are in this status now.
   * @example active */
  @IsOptional()
  @IsIn(KEY_STATUSES)
  status_filter?: KeyStatus | null;

  /** Keys of this environment.
   * @example development */
  @IsOptional()
  @IsIn(KEY_ENVIRONMENTS)
  environment?: KeyEnvironment | null;

  /** Part of the name, of the shown prefix or of the external id, in any case.
   * @example billing */
  @IsOptional()
  @IsString()
  @Length(1, 255)
  q?: string | null;

  /** Keys that carry this tag.
   * @example nightly */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  tag?: string | null;

  /** Keys with exactly this external id.
   * @example customer-42 */
  @IsOptional()
  @IsString()
  @Length(1, 255)
  external_id?: string | null;

  /** Keys of this person; for admins.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @IsOptional()
  @IsUUID()
  owner_id?: string | null;

  /** Keys that expire within so many days.
   * @example 14 */
  @IsOptional()
  @IsWholeNumber(1, 365)
  expiring_within_days?: number | null;

  /** Keys that nobody has used for so many days. One that was never used counts from its creation on.
   * @example 90 */
  @IsOptional()
  @IsWholeNumber(1, 3650)
  unused_for_days?: number | null;
}

export class BulkChangeDto {
  /** @example disable */
  @IsIn(BULK_ACTIONS)
  action: BulkAction;

  /** At least one thing must be said: to mean every key, name its owner.
   * @example {"tag": "nightly"} */
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => BulkFilterDto)
  filter: BulkFilterDto;

  /** Says what would be done, and does nothing.
   * @example true */
  @IsOptional()
  @IsBoolean()
  dry_run?: boolean | null;

  /** For `rotate`: how long the secret before still works; 0 stops it at once.
   * @example 24 */
  @IsOptional()
  @IsWholeNumber(0, 168)
  grace_period_hours?: number | null;

  /** Go on behind this key: the `next` of the answer before.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @IsOptional()
  @IsUUID()
  after?: string | null;
}

/** What became of one key. */
export class BulkResultDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  key_id: string;

  /** @example "billing worker" */
  @ApiText(255)
  name: string;

  /** What is safe to show of the secret that was current before.
   * @example akm_live_4fT9Kx */
  @ApiText(64)
  key_prefix: string;

  /** `would_do` in a dry run; `refused` leaves the key as it was, and `code` says why.
   * @example refused */
  outcome: 'done' | 'would_do' | 'refused';

  @ApiProperty({ enum: PROBLEM_CODES, enumName: 'ProblemCode', nullable: true, example: 'KEY_STATE_CONFLICT' })
  code: ProblemCode | null;

  /** Why it was refused.
   * @example This key is revoked, and cannot be revoked again. */
  @ApiText(1000)
  detail: string | null;

  /** For `rotate`: the new secret. Shown now and never again.
   * @example akm_live_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0 */
  @ApiText(128)
  api_key: string | null;
}

export class BulkChangeResultDto {
  /** @example disable */
  action: BulkAction;

  /** @example false */
  dry_run: boolean;

  /** One for every key the filter found, in the order of their ids. */
  @ApiList(BULK_KEYS_MAX)
  results: BulkResultDto[];

  /** There are more keys behind this one: send the same again with it as `after`. Null: that was all.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  next: string | null;
}
