import { IsIn, IsOptional, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { KEY_ENVIRONMENTS, type KeyEnvironment, type KeyStatus } from '#domain';
import { QueryInteger } from '../http/query-value.js';

export const KEY_STATUSES = [
  'active',
  'rotating',
  'disabled',
  'expired',
  'revoked',
] as const satisfies readonly KeyStatus[];
export const API_KEY_SORTS = ['created_at', '-created_at', 'name', '-name', 'expires_at', '-expires_at'] as const;
export type ApiKeySort = (typeof API_KEY_SORTS)[number];

export class ListApiKeysDto {
  /** From 1 on.
   * @example 1 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(1_000_000)
  page: number = 1;

  /** Keys on a page.
   * @example 20 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(100)
  page_size: number = 20;

  /** Keys that are in this status now.
   * @example active */
  @IsOptional()
  @IsIn(KEY_STATUSES)
  status_filter?: KeyStatus;

  /** Keys of this environment.
   * @example production */
  @IsOptional()
  @IsIn(KEY_ENVIRONMENTS)
  environment?: KeyEnvironment;

  /** Part of the name, of the shown prefix or of the external id, in any case.
   * @example billing */
  @IsOptional()
  @IsString()
  @Length(1, 255)
  q?: string;

  /** Keys that carry this tag.
   * @example nightly */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  tag?: string;

  /** Keys of this person; for admins.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @IsOptional()
  @IsUUID()
  owner_id?: string;

  /** Keys that expire within so many days.
   * @example 14 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(365)
  expiring_within_days?: number;

  /** A minus sorts downwards.
   * @example -created_at */
  @IsOptional()
  @IsIn(API_KEY_SORTS)
  sort: ApiKeySort = '-created_at';
}
