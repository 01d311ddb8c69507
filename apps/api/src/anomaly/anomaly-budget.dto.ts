import { ApiProperty } from '@nestjs/swagger';
import { IsNumber, Max, Min } from 'class-validator';
import { ApiAnyObject, ApiCount } from '../http/api-field.decorators.js';

export class SetAnomalyBudgetDto {
  /** False alerts accepted per 100 keys and week.
   * @example 2.5 */
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0.1)
  @Max(100)
  @ApiProperty({ minimum: 0.1, maximum: 100 })
  budget: number;
}

/** What is accepted, what followed from it, and what came of it in the last four weeks. */
export class AnomalyBudgetDto {
  /** False alerts accepted per 100 keys and week.
   * @example 2.5 */
  @ApiProperty({ minimum: 0, maximum: 100 })
  budget: number;

  /** The budget as ANOMALY_THRESHOLD scales it, which is the one that counts.
   * @example 2.5 */
  @ApiProperty({ minimum: 0, maximum: 10_000 })
  effective_budget: number;

  /** Alerts per 100 keys and week that nobody confirmed, at most one a day for each key; null while no key was watched.
   * @example 1.8 */
  @ApiProperty({ minimum: 0, maximum: 10_000 })
  realised: number | null;

  /** How many those are.
   * @example 7 */
  @ApiCount()
  alerts: number;

  /** @example 120 */
  @ApiCount()
  keys: number;

  /** How long keys were watched, all together.
   * @example 396.5 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  key_weeks: number;

  /** From which score on each kind of evidence is alerted. */
  @ApiAnyObject()
  @ApiProperty({ example: { place: 2.7, shape: 11, denied: 4.5, sharing: 1.6, dormant: 3.2 } })
  thresholds: Record<string, number>;

  /** When thresholds followed from what keys did; null: they are those of the start.
   * @example 2026-11-22T03:00:00.000Z */
  calibrated_at: Date | null;
}
