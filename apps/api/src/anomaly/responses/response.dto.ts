import { ApiProperty } from '@nestjs/swagger';
import { WITHHELD_BECAUSE, type WithheldBecause } from '#domain';

export const SHOWN_REACTIONS = ['throttle', 'suspend'] as const;
export type ShownReaction = (typeof SHOWN_REACTIONS)[number];

/** What was done to the key by itself, or would have been. */
export class AnomalyResponseDto {
  /** @example suspend */
  @ApiProperty({ enum: SHOWN_REACTIONS, enumName: 'AnomalyReaction' })
  reaction: ShownReaction;

  /** Nothing was done: this is what would have been.
   * @example false */
  dry_run: boolean;

  /** Why nothing was done; null: it was, or would have been.
   * @example circuit_breaker */
  @ApiProperty({ enum: WITHHELD_BECAUSE, enumName: 'WithheldBecause' })
  withheld_because: WithheldBecause | null;

  /** How often a minute the key may be used meanwhile; null: it was not throttled.
   * @example 80 */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  rate_limit_per_minute: number | null;

  /** @example 2026-11-22T14:00:02.000Z */
  responded_at: Date;

  /** A throttle ends then by itself, and a suspension is undone by one call until then.
   * @example 2026-11-23T14:00:02.000Z */
  until: Date | null;

  /** Whether there is something that `POST /api/v1/anomalies/{id}/undo` would undo, until then.
   * @example true */
  can_be_undone: boolean;

  /** @example 2026-11-22T15:00:00.000Z */
  undone_at: Date | null;
}
