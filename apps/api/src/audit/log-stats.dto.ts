import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, Max, Min } from 'class-validator';
import { ApiCount } from '../http/api-field.decorators.js';
import { QueryInteger } from '../http/query-value.js';
import { AUDIT_ACTIONS, type AuditAction } from './audit-action.js';

export class LogStatsQueryDto {
  /** How many times 24 hours back from now.
   * @example 7 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(90)
  days: number = 7;
}

export class LogDayDto {
  /** A date in UTC; the first one of a series is counted from the start of the period on.
   * @example 2026-11-22 */
  @ApiProperty({ format: 'date' })
  date: string;

  /** @example 12 */
  @ApiCount()
  total: number;

  /** Answered with a status of 400 or more.
   * @example 3 */
  @ApiCount()
  errors: number;
}

export class LogStatsDto {
  /** @example 7 */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 90 })
  period_days: number;

  /** @example 12 */
  @ApiCount()
  total_logs: number;

  /** Entries with a status of 400 or more.
   * @example 3 */
  @ApiCount()
  error_count: number;

  /** Of all entries, from 0 to 1.
   * @example 0.25 */
  @ApiProperty({ minimum: 0, maximum: 1 })
  error_rate: number;

  /** Entries by action; an action that did not happen is not named. */
  @ApiProperty({
    type: 'object',
    maxProperties: AUDIT_ACTIONS.length,
    additionalProperties: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    example: { api_key_used: 9, rate_limit_exceeded: 3 },
  })
  actions_by_count: Partial<Record<AuditAction, number>>;

  /** Every date of the period, oldest first. */
  @ApiProperty({ type: [LogDayDto], maxItems: 91 })
  days: LogDayDto[];
}
