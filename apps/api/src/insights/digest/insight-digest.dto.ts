import { ApiProperty } from '@nestjs/swagger';
import { EVIDENCE_KINDS, type EvidenceKind } from '#domain';
import { ACTIONS_TAKEN, type ActionTaken } from '../../anomaly/responses/action-taken.js';
import { ANOMALY_SEVERITIES, type AnomalySeverity } from '../../anomaly/anomaly.dto.js';
import { ApiCount, ApiId, ApiList, ApiText } from '../../http/api-field.decorators.js';

/** How many keys each list of a digest names at most. */
export const DIGEST_LIST_MAX = 20;

export class DigestKeyDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  key_id: string;

  /** @example "billing worker" */
  @ApiText(255)
  key_name: string;
}

export class DriftingKeyDto extends DigestKeyDto {
  /** In the week.
   * @example 1949 */
  @ApiCount()
  uses: number;

  /** In a week before, by the median of up to four.
   * @example 999.5 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  usual: number;

  /** How many times the usual that is.
   * @example 1.95 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  times: number;
}

export class SilentKeyDto extends DigestKeyDto {
  /** When it was used last; null: never.
   * @example 2026-10-01T14:00:00.000Z */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_used_at: string | null;
}

export class UnalertedEvidenceDto extends DigestKeyDto {
  @ApiProperty({ enum: EVIDENCE_KINDS, enumName: 'EvidenceKind', example: 'place' })
  kind: EvidenceKind;

  /** The strongest of the day.
   * @example 2.4 */
  @ApiProperty({ minimum: 0, maximum: 60 })
  score: number;

  /** @example 2026-11-18 */
  @ApiProperty({ type: String, format: 'date' })
  day: string;
}

export class DigestAlertsDto {
  /** @example high */
  @ApiProperty({ enum: ANOMALY_SEVERITIES, enumName: 'AnomalySeverity' })
  severity: AnomalySeverity;

  /** @example would_have_suspended */
  @ApiProperty({ enum: ACTIONS_TAKEN, enumName: 'ActionTaken' })
  action_taken: ActionTaken;

  /** @example 2 */
  @ApiCount()
  count: number;
}

export class DigestAdviceDto {
  /** As in `recommendations`.
   * @example unused */
  @ApiText(64)
  kind: string;

  /** Of how many keys it is said.
   * @example 3 */
  @ApiCount()
  count: number;
}

/** A week of somebody's keys, once it is over: what alerts nobody and is worth a look. */
export class InsightDigestDto {
  /** Its Monday, in UTC.
   * @example 2026-11-16 */
  @ApiProperty({ type: String, format: 'date' })
  week: string;

  /** Used much more, or much less, than in the weeks before. The greatest change first. */
  @ApiList(DIGEST_LIST_MAX)
  drifting: DriftingKeyDto[];

  /** Used once, and not for a month. */
  @ApiList(DIGEST_LIST_MAX)
  dormant: SilentKeyDto[];

  /** Not used for 90 days, or ever. */
  @ApiList(DIGEST_LIST_MAX)
  unused: SilentKeyDto[];

  /** What detectors noticed that was too little for an alert. The strongest first. */
  @ApiList(DIGEST_LIST_MAX)
  evidence: UnalertedEvidenceDto[];

  /** Alerts of the week, by how bad they are and what was done about them. */
  @ApiList(100)
  alerts: DigestAlertsDto[];

  /** What would make keys safer, as `recommendation_counts` had it then. */
  @ApiList(100)
  advice: DigestAdviceDto[];
}
