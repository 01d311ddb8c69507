import { ApiProperty } from '@nestjs/swagger';
import { EVIDENCE_KINDS, type EvidenceKind } from '#domain';
import { ApiAnyObject, ApiId, ApiText } from '../http/api-field.decorators.js';
import { PageOrCursorDto } from '../http/page.dto.js';
import { ANOMALY_TYPES, type AnomalyType } from './anomaly-type.js';
import { ACTIONS_TAKEN, type ActionTaken } from './responses/action-taken.js';
import { AnomalyResponseDto } from './responses/response.dto.js';

/** As clients of the reference system know them. Nothing is `low`: what would be is not alerted. */
export const ANOMALY_SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

export type AnomalySeverity = (typeof ANOMALY_SEVERITIES)[number];

export class ExpectedRangeDto {
  /** @example 0.5 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  from: number;

  /** @example 1.5 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  to: number;
}

/** What one detector has to say. */
export class EvidenceDto {
  @ApiProperty({ enum: EVIDENCE_KINDS, enumName: 'EvidenceKind', example: 'place' })
  kind: EvidenceKind;

  /** How rarely this key does that by itself, in powers of ten; for `shape`, by how much it is unlike all before.
   * @example 5.4 */
  @ApiProperty({ minimum: 0, maximum: 60 })
  score: number;

  /** @example 2026-11-22T14:00:00.000Z */
  at: Date;

  /** When what was observed began.
   * @example 2026-11-22T14:00:00.000Z */
  since: Date;

  /** What is counted differs by kind; the description says it in words.
   * @example 22.6 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  observed: number;

  expected: ExpectedRangeDto;

  /** How rare that is, in words.
   * @example "about once in 12 years" */
  @ApiText(200)
  rarity: string;

  /** What it rests on, and the network and client where it was seen.
   * @example {"news": "new provider + new client", "from_network": "198.51.100.0/24", "client": "curl/8.5.0"} */
  @ApiAnyObject()
  facts: Record<string, unknown>;
}

/** Something that a key does not do by itself, or that nobody should. */
export class AnomalyDto {
  /** @example 0198f0c4-8888-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** Null when it is about keys that nobody has.
   * @example 0198f0c4-2222-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  api_key_id: string | null;

  /** @example new_network */
  @ApiProperty({ enum: ANOMALY_TYPES, enumName: 'AnomalyType' })
  anomaly_type: AnomalyType;

  /** @example high */
  @ApiProperty({ enum: ANOMALY_SEVERITIES, enumName: 'AnomalySeverity' })
  severity: AnomalySeverity;

  /** Of the strongest evidence for this type.
   * @example 5.4 */
  @ApiProperty({ minimum: 0, maximum: 60 })
  score: number;

  /** What was observed, what is typical, how rare that is and since when: one line for each evidence.
   * @example "New provider + new client; typically this key shows a new network every 52 days. Since 2026-11-22 14:00 UTC; about once in 12 years." */
  @ApiText(4000)
  description: string;

  /** Of the strongest evidence for this type.
   * @example 22.6 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  detected_value: number;

  expected_range: ExpectedRangeDto;

  /** Of each kind the strongest. */
  @ApiProperty({ type: [EvidenceDto], maxItems: EVIDENCE_KINDS.length })
  evidence: EvidenceDto[];

  /** What akm did about it, or would have done: `notified` is to say nothing but tell.
   * @example suspended */
  @ApiProperty({ enum: ACTIONS_TAKEN, enumName: 'ActionTaken' })
  action_taken: ActionTaken;

  /** What was done to the key by itself; null: nothing called for it. */
  response: AnomalyResponseDto | null;

  /** @example false */
  resolved: boolean;

  /** @example 2026-11-22T15:00:00.000Z */
  resolved_at: Date | null;

  /** Whether somebody said that it was misuse.
   * @example false */
  confirmed: boolean;

  /** @example 2026-11-22T14:00:02.000Z */
  created_at: Date;
}

export class AnomalyPageDto extends PageOrCursorDto {
  /** Newest first. */
  @ApiProperty({ type: [AnomalyDto], maxItems: 100 })
  items: AnomalyDto[];
}
