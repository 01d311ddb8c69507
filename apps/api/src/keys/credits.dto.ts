import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { REFILL_INTERVALS, type RefillInterval } from '#domain';
import { IsWholeNumber } from '../http/whole-number.decorator.js';

export const CREDITS_MAX = 1_000_000_000;

export class RefillDto {
  /** What there is again when the interval begins: what is left is brought up to it.
   * @example 1000 */
  @IsWholeNumber(1, CREDITS_MAX)
  amount: number;

  /** At midnight, or at midnight before the first of a month (UTC).
   * @example monthly */
  @IsIn(REFILL_INTERVALS)
  interval: RefillInterval;
}

/** Uses that were paid for in advance: each takes its cost, and without enough of them a key is refused. */
export class CreditsDto {
  /** @example 1000 */
  @IsWholeNumber(0, CREDITS_MAX)
  remaining: number;

  /** Null: what is spent is gone. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RefillDto)
  refill?: RefillDto | null;
}
