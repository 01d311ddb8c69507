import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsIP, IsObject, IsOptional, IsString, IsUUID, Length, Max, Min, ValidateIf } from 'class-validator';
import { ApiCount, ApiText } from '../http/api-field.decorators.js';
import { CURSOR_REFUSED } from '../http/cursor.js';
import { QueryInstant, QueryInteger } from '../http/query-value.js';
import { isKeptForm } from '../http/kept-addresses.js';
import { canonicalAddress } from '../http/request-origin.js';
import { AUDIT_ACTIONS, type AuditAction } from './audit-action.js';
import { decodeLogCursor, type LogCursor } from './log-cursor.js';
import { LogEntryDto } from './log-entry.dto.js';

/** Which entries; together they narrow. */
export class FilterLogsDto {
  /** The key it was done to or with.
   * @example 0198f0c4-2222-7a31-9d2f-1c2b3a4d5e6f */
  @IsOptional()
  @IsUUID()
  api_key_id?: string;

  /** Who did it, or whose key was used.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @IsOptional()
  @IsUUID()
  user_id?: string;

  /** What happened.
   * @example api_key_used */
  @ApiProperty({ enum: AUDIT_ACTIONS, enumName: 'AuditAction', required: false })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  /** An address, IPv4 or IPv6, in any spelling; or what an entry shows in its place.
   * @example 203.0.113.7 */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (canonicalAddress(value) ?? value) : value,
  )
  @ValidateIf(({ ip }: FilterLogsDto) => ip === undefined || !isKeptForm(ip))
  @IsIP()
  @ApiText(45)
  ip?: string;

  /** What was answered.
   * @example 403 */
  @IsOptional()
  @QueryInteger()
  @Min(100)
  @Max(599)
  status_code?: number;

  /** From this moment on, or from the start of this day in UTC.
   * @example 2026-11-01 */
  @IsOptional()
  @QueryInstant('start')
  start_date?: Date;

  /** Up to and including this moment, or to the end of this day in UTC.
   * @example 2026-11-22T14:00:00Z */
  @IsOptional()
  @QueryInstant('end')
  end_date?: Date;

  /** Part of the action, endpoint, method, user agent or error, in any case; or a whole address or request id.
   * @example curl */
  @IsOptional()
  @IsString()
  @Length(1, 255)
  q?: string;
}

export class ListLogsDto extends FilterLogsDto {
  /** 1 unless given.
   * @example 1 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(1_000_000)
  page?: number;

  /** 50 unless given.
   * @example 50 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(500)
  page_size?: number;

  /** From the `Link` of an answer: goes on behind it, and misses nothing when entries are added meanwhile. */
  @ApiProperty({ type: 'string', required: false, maxLength: 128, example: 'MTc5NTM1NjAwMDAwMC4wMTk4ZjBjNC0zMzMz' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (decodeLogCursor(value) ?? value) : value))
  @IsObject({ message: CURSOR_REFUSED })
  cursor?: LogCursor;

  /** Starts reading by cursor, so many entries at a time; the answer's `Link` leads on. Not with `page`.
   * @example 500 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(500)
  limit?: number;
}

export class LogPageDto {
  /** Newest first. */
  @ApiProperty({ type: [LogEntryDto], maxItems: 500 })
  items: LogEntryDto[];

  /** Entries on all pages. Not when reading by cursor, like the next four.
   * @example 1 */
  @ApiCount()
  total?: number;

  /** False when there are more than `total`, and `pages`: counted by `ip` or `q`, only so many of the newest were read.
   * Absent when the number is exact.
   * @example false */
  @ApiProperty({ type: 'boolean', required: false })
  total_is_exact?: boolean;

  /** Only entries from this moment on were looked at, which took long enough: two filters may each be true of millions of
   * entries and of hardly one together. The answer's `Link` leads on to those before. Absent when nothing was left out.
   * @example 2026-11-12T08:00:00.000Z */
  searched_from?: Date;

  /** @example 1 */
  @ApiCount()
  page?: number;

  /** @example 50 */
  @ApiCount(500)
  page_size?: number;

  /** @example 1 */
  @ApiCount()
  pages?: number;
}
