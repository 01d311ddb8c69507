import { IsIn, IsOptional, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { KEY_ENVIRONMENTS, type KeyEnvironment, type KeyStatus } from '#domain';
import { PageOrCursorQueryDto } from '../http/page.dto.js';
import { QueryInteger } from '../http/query-value.js';
import { API_KEY_SORTS, type ApiKeySort } from './api-key-order.js';

export const KEY_STATUSES = [
  'active',
  'rotating',
  'disabled',
  'expired',
  'revoked',
] as const satisfies readonly KeyStatus[];

export class ListApiKeysDto extends PageOrCursorQueryDto {
  /** From the `Link` of an answer: goes on behind it. For the same sort and filters only.
   * @example w7Dq1N0zV9IwMTk4ZjBjNC0yMjIyLTdhMzEtOWQyZi0xYzJiM2E0ZDVlNmYxNzk1MzU2MDAwMDAw */
  @IsOptional()
  @IsString()
  @Length(1, 1100)
  cursor?: string;

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

  /** Keys that nobody has used for so many days. One that was never used counts from its creation on.
   * @example 90 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(3650)
  unused_for_days?: number;

  /** A minus sorts downwards.
   * @example -created_at */
  @IsOptional()
  @IsIn(API_KEY_SORTS)
  sort: ApiKeySort = '-created_at';
}
