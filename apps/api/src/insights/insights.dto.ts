import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { AnomalyDto } from '../anomaly/anomaly.dto.js';
import { ApiCount, ApiId, ApiList, ApiText, ApiTexts } from '../http/api-field.decorators.js';
import { QueryInteger } from '../http/query-value.js';
import { InsightDigestDto } from './digest/insight-digest.dto.js';
import {
  RECOMMENDATION_KINDS,
  RECOMMENDATION_SEVERITIES,
  type RecommendationKind,
  type RecommendationSeverity,
} from './recommendation.js';
import { SuggestedCallDto } from './request-explanation.dto.js';

export const ROTATION_REASONS = ['policy', 'age', 'expiry'] as const;
export type RotationReason = (typeof ROTATION_REASONS)[number];

const LIMIT_MAX = 100;

export class InsightsQueryDto {
  /** Only of the keys of this person; for admins.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @IsOptional()
  @IsUUID()
  owner_id?: string;

  /** Only recommendations of this kind.
   * @example unused */
  @ApiProperty({ enum: RECOMMENDATION_KINDS, enumName: 'RecommendationKind', required: false })
  @IsOptional()
  @IsIn(RECOMMENDATION_KINDS)
  kind?: RecommendationKind;

  /** How many of each list, and of each kind of recommendation; 10 unless given.
   * @example 10 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(LIMIT_MAX)
  limit?: number;

  /** Of all lists; 1 unless given.
   * @example 1 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(10_000)
  page?: number;
}

/** Which key is meant. */
export class MeantKeyDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  key_id: string;

  /** @example "billing worker" */
  @ApiText(255)
  key_name: string;

  /** What is safe to show of the current secret.
   * @example akm_live_4fT9Kx */
  @ApiText(64)
  key_prefix: string;

  /** @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  owner_id: string;
}

export class KeyNeedingRotationDto extends MeantKeyDto {
  /** Its policy, the age of its secret, its expiry.
   * @example ["age"] */
  @ApiProperty({ enum: ROTATION_REASONS, enumName: 'RotationReason', isArray: true, maxItems: 3 })
  reasons: RotationReason[];

  /** When its current secret was made.
   * @example 2025-10-01T14:00:00.000Z */
  secret_since: Date;

  /** Since when the first of the reasons holds.
   * @example 2026-10-01T14:00:00.000Z */
  since: Date;

  call: SuggestedCallDto;
}

export class RecommendationDto extends MeantKeyDto {
  @ApiProperty({ enum: RECOMMENDATION_KINDS, enumName: 'RecommendationKind', example: 'unused' })
  kind: RecommendationKind;

  @ApiProperty({ enum: RECOMMENDATION_SEVERITIES, enumName: 'RecommendationSeverity', example: 'medium' })
  severity: RecommendationSeverity;

  /** Since when it is so.
   * @example 2026-06-01T14:00:00.000Z */
  since: Date;

  /** What was observed.
   * @example "Nobody has used it since 2026-06-01." */
  @ApiText(2000)
  observed: string;

  /** What to do about it.
   * @example "Disable it, and revoke it when nobody has missed it." */
  @ApiText(2000)
  advised: string;

  /** What does it; null: it takes somebody who knows what the key is for. */
  call: SuggestedCallDto | null;
}

export class RecommendationCountDto {
  @ApiProperty({ enum: RECOMMENDATION_KINDS, enumName: 'RecommendationKind', example: 'unused' })
  kind: RecommendationKind;

  /** How many keys it is said of.
   * @example 3 */
  @ApiCount()
  count: number;

  /** False: only some keys were looked at for it, and there may be more.
   * @example true */
  is_exact: boolean;
}

/** What there is to know about keys, and to do about them. */
export class InsightsDto {
  /** In any status.
   * @example 12 */
  @ApiCount()
  total_keys: number;

  /** That work now.
   * @example 9 */
  @ApiCount()
  active_keys: number;

  /** Those with the oldest secret first. */
  @ApiList(LIMIT_MAX)
  keys_needing_rotation: KeyNeedingRotationDto[];

  /** @example 0 */
  @ApiCount()
  keys_needing_rotation_total: number;

  /** That nobody has resolved, newest first. Absent for a key without `akm:anomalies:read`, like the next. */
  @ApiProperty({ type: [AnomalyDto], maxItems: LIMIT_MAX, required: false })
  anomalies_detected?: AnomalyDto[];

  /** @example 0 */
  @ApiCount()
  anomalies_total?: number;

  /** The last week that is over, of your own keys or of the person asked for; null: none yet. Absent likewise. */
  @ApiProperty({ type: InsightDigestDto, nullable: true, required: false })
  digest?: InsightDigestDto | null;

  /** The gravest first. */
  @ApiList(LIMIT_MAX * RECOMMENDATION_KINDS.length)
  recommendations: RecommendationDto[];

  /** Of each kind that was asked for. */
  @ApiList(RECOMMENDATION_KINDS.length)
  recommendation_counts: RecommendationCountDto[];

  /** What nobody can say, because it is not on record.
   * @example ["Some uses name no permission that they need. Of a key that is used like that, none is said to be unused."] */
  @ApiTexts(5, 500)
  unknown: string[];
}
