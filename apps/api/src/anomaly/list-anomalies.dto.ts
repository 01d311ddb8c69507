import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsUUID } from 'class-validator';
import { CURSOR_REFUSED } from '../http/cursor.js';
import { PageOrCursorQueryDto } from '../http/page.dto.js';
import { QueryBoolean, QueryInstant } from '../http/query-value.js';
import { IsWholeNumber } from '../http/whole-number.decorator.js';
import { type AnomalyCursor, decodeAnomalyCursor } from './anomaly-cursor.js';
import { ANOMALY_SEVERITIES, type AnomalySeverity } from './anomaly.dto.js';
import { ANOMALY_TYPES, type AnomalyType } from './anomaly-type.js';

/** Which anomalies; together they narrow. */
export class ListAnomaliesDto extends PageOrCursorQueryDto {
  /** The key they are about.
   * @example 0198f0c4-2222-7a31-9d2f-1c2b3a4d5e6f */
  @IsOptional()
  @IsUUID()
  api_key_id?: string;

  /** What it is called.
   * @example new_network */
  @ApiProperty({ enum: ANOMALY_TYPES, enumName: 'AnomalyType', required: false })
  @IsOptional()
  @IsIn(ANOMALY_TYPES)
  type?: AnomalyType;

  /** How bad it is.
   * @example high */
  @ApiProperty({ enum: ANOMALY_SEVERITIES, enumName: 'AnomalySeverity', required: false })
  @IsOptional()
  @IsIn(ANOMALY_SEVERITIES)
  severity?: AnomalySeverity;

  /** Those that somebody has dealt with, or those that nobody has.
   * @example false */
  @IsOptional()
  @QueryBoolean()
  resolved?: boolean;

  /** Found at this moment or later, or from the start of this day in UTC.
   * @example 2026-11-01 */
  @IsOptional()
  @QueryInstant('start')
  from?: Date;

  /** Found up to and including this moment, or to the end of this day in UTC.
   * @example 2026-11-22T14:00:00Z */
  @IsOptional()
  @QueryInstant('end')
  to?: Date;

  /** From the `Link` of an answer: goes on behind it, and misses nothing when anomalies are added meanwhile. */
  @ApiProperty({ type: 'string', required: false, maxLength: 128, example: 'MTc5NTM1NjAwMDAwMC4wMTk4ZjBjNC0zMzMz' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (decodeAnomalyCursor(value) ?? value) : value,
  )
  @IsObject({ message: CURSOR_REFUSED })
  cursor?: AnomalyCursor;
}

export class MuteAnomalyDto {
  /** For how long.
   * @example 30 */
  @IsOptional()
  @IsWholeNumber(1, 365)
  days: number = 30;
}
