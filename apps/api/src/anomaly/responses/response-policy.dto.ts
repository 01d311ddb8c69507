import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { REACTIONS, type Reaction, RESPONSE_MODES, type ResponseMode } from '#domain';
import { ApiCount } from '../../http/api-field.decorators.js';

/** Whoever has a busy day is not to find the key gone. */
const MEDIUM_REACTIONS = ['notify', 'throttle'] as const;

/** What is absent stays as it is. */
export class SetResponsePolicyDto {
  /** `act` only after a dry run of the same reactions.
   * @example dry_run */
  @ApiProperty({ enum: RESPONSE_MODES, enumName: 'ResponseMode', required: false })
  @IsOptional()
  @IsIn(RESPONSE_MODES)
  mode?: ResponseMode;

  /** Alerts that rest on the number of requests alone suspend nothing.
   * @example throttle */
  @ApiProperty({ enum: MEDIUM_REACTIONS, required: false })
  @IsOptional()
  @IsIn(MEDIUM_REACTIONS)
  medium?: (typeof MEDIUM_REACTIONS)[number];

  /** @example throttle */
  @ApiProperty({ enum: REACTIONS, enumName: 'Reaction', required: false })
  @IsOptional()
  @IsIn(REACTIONS)
  high?: Reaction;

  /** @example suspend */
  @ApiProperty({ enum: REACTIONS, enumName: 'Reaction', required: false })
  @IsOptional()
  @IsIn(REACTIONS)
  critical?: Reaction;

  /** Whether a key is suspended too that is the last one of its owner, or of a service.
   * @example false */
  @IsOptional()
  @IsBoolean()
  suspends_last_key?: boolean;
}

/** What is done about alerts besides telling of them, and what came of it. */
export class ResponsePolicyDto {
  /** In a dry run it is noted what would have been done, and nothing is.
   * @example dry_run */
  @ApiProperty({ enum: RESPONSE_MODES, enumName: 'ResponseMode' })
  mode: ResponseMode;

  /** Since when the mode is what it is; null: nobody has changed it.
   * @example 2026-11-08T14:00:00.000Z */
  mode_since: Date | null;

  /** @example throttle */
  @ApiProperty({ enum: REACTIONS, enumName: 'Reaction' })
  medium: Reaction;

  /** @example throttle */
  @ApiProperty({ enum: REACTIONS, enumName: 'Reaction' })
  high: Reaction;

  /** @example suspend */
  @ApiProperty({ enum: REACTIONS, enumName: 'Reaction' })
  critical: Reaction;

  /** @example false */
  suspends_last_key: boolean;

  /** How many keys may be throttled or suspended within an hour: one in a hundred, and at least one.
   * @example 3 */
  @ApiCount()
  keys_an_hour: number;

  /** When more than that would have been, for the first time within an hour.
   * @example 2026-11-20T03:12:00.000Z */
  breaker_tripped_at: Date | null;

  /** Alerts since the mode is what it is, likewise the next four.
   * @example 0 */
  @ApiCount()
  throttled: number;

  /** @example 0 */
  @ApiCount()
  suspended: number;

  /** @example 4 */
  @ApiCount()
  would_have_throttled: number;

  /** @example 1 */
  @ApiCount()
  would_have_suspended: number;

  /** Called for, and held back for a reason that each alert tells.
   * @example 0 */
  @ApiCount()
  held_back: number;
}
