import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { KEY_ENVIRONMENTS, type KeyEnvironment, QUERY_LENGTH_MAX, VERDICT_CODES, type VerdictCode } from '#domain';
import { ApiAnyObject, ApiCount, ApiId, ApiText, ApiTexts } from '../../http/api-field.decorators.js';
import { IsWholeNumber } from '../../http/whole-number.decorator.js';
import { CreditsDto } from '../credits.dto.js';
import { IsPermissionQuery } from './permission-query.validator.js';

/** What the use is to be judged by; every field but the key may be absent. */
export class VerifyDto {
  /** The key as its user sent it.
   * @example akm_live_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0 */
  @IsString()
  @Length(1, 512)
  key: string;

  @ApiProperty({
    description: 'What the key must hold: a list (all of it), or a query with AND, OR and parentheses.',
    required: false,
    oneOf: [
      { type: 'array', items: { type: 'string', maxLength: 128 }, maxItems: 100 },
      { type: 'string', maxLength: QUERY_LENGTH_MAX },
    ],
    example: 'invoices.read AND (invoices.send OR admin)',
  })
  @IsOptional()
  @IsPermissionQuery()
  permissions?: string | string[] | null;

  /** The environment that is being used.
   * @example production */
  @IsOptional()
  @IsIn(KEY_ENVIRONMENTS)
  environment?: KeyEnvironment | null;

  /** The service that is being used. A key restricted to services is refused without it.
   * @example billing */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  service?: string | null;

  /** Address of the key's user. A key restricted to addresses is refused without it.
   * @example 10.1.2.3 */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  ip?: string | null;

  /** User-Agent of the key's user.
   * @example billing-worker/1.4 */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  user_agent?: string | null;

  /** Tokens this use takes from every limit; 0 only looks.
   * @example 1 */
  @IsOptional()
  @IsWholeNumber(0, 1_000_000)
  cost?: number | null;
}

/** One limit of a key, after this use. */
export class RateLimitDto {
  /** @example minute */
  @ApiText(16)
  policy: string;

  /** @example 60 */
  @ApiCount()
  limit: number;

  /** Seconds over which the limit refills.
   * @example 60 */
  @ApiCount()
  window: number;

  /** @example 59 */
  @ApiCount()
  remaining: number;

  /** Seconds until it is full again.
   * @example 1 */
  @ApiCount()
  reset: number;
}

/** The verdict, and of the key what its verifier may know. */
@ApiExtraModels(RateLimitDto)
export class VerdictDto {
  /** @example true */
  valid: boolean;

  @ApiProperty({ enum: VERDICT_CODES, enumName: 'VerdictCode', example: 'VALID' })
  code: VerdictCode;

  /** Null, as what follows, for a key that akm does not know.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  key_id: string | null;

  /** @example "billing worker" */
  @ApiText(255)
  name: string | null;

  /** @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  owner_id: string | null;

  /** @example customer-42 */
  @ApiText(255)
  external_id: string | null;

  /** @example ["read", "invoices.send"] */
  @ApiTexts(100, 128)
  permissions: string[];

  @ApiProperty({ enum: KEY_ENVIRONMENTS, nullable: true, example: 'production' })
  environment: KeyEnvironment | null;

  /** @example 2027-02-20T14:00:00.000Z */
  @ApiProperty({ format: 'date-time' })
  expires_at: string | null;

  /** @example {"plan": "gold"} */
  @ApiAnyObject()
  meta: object | null;

  /** What is left of them; null: uses are not counted, or it was refused before its credits. */
  credits: CreditsDto | null;

  @ApiProperty({ type: [RateLimitDto], maxItems: 3, description: 'The limits that were met, tightest first.' })
  rate_limit: RateLimitDto[];

  /** Seconds until the same use would be admitted. 0 for other verdicts, and for a cost that a limit never holds.
   * @example 0 */
  @ApiCount()
  retry_after: number;

  /** @example 0198f0c4-2222-7a31-9d2f-1c2b3a4d5e6f */
  @ApiText(64)
  request_id: string;
}
