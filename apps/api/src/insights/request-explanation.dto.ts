import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { VERDICT_CODES, type VerdictCode } from '#domain';
import { AUDIT_ACTIONS, type AuditAction } from '../audit/audit-action.js';
import { ApiAnyObject, ApiCount, ApiId, ApiList, ApiText, ApiTexts } from '../http/api-field.decorators.js';
import { QueryInstant } from '../http/query-value.js';

/** A batch of a hundred keys, and the key that sent it. */
export const USES_MAX = 101;
export const CHANGES_MAX = 100;
/** More changes of a rule than that are counted and not told. */
export const TOLD_CHANGES_MAX = 20;

export class ExplainRequestDto {
  /** When the request was, for an id that a proxy gave it: an hour before and after is looked through. Now unless given;
   * ids that akm gives know it themselves.
   * @example 2026-11-22T14:00:00Z */
  @IsOptional()
  @QueryInstant('start')
  at?: Date;
}

/** What is on record of the request. */
export class ObservedUseDto {
  /** @example GET */
  @ApiText(32)
  method: string;

  /** Behind a reverse proxy, the path that was asked of it.
   * @example /api/v1/protected/test */
  @ApiText(512)
  endpoint: string;

  /** Or what is kept of it by LOG_ADDRESSES; null: nothing.
   * @example 203.0.113.7 */
  @ApiText(45)
  ip_address: string | null;

  /** @example curl/8.5.0 */
  @ApiText(512)
  user_agent: string | null;
}

const ANY_VALUE = {
  oneOf: [
    { type: 'string', maxLength: 64 },
    { type: 'array', items: { type: 'string', maxLength: 256 }, maxItems: 100 },
    { type: 'object', additionalProperties: true, maxProperties: 10 },
    { type: 'null' },
  ],
  example: ['10.0.0.0/8'],
};

/** What of the key decided. */
export class ExplainedRuleDto {
  /** A member of the key object; `rate_limits` stands for three of them.
   * @example allowed_ips */
  @ApiText(32)
  name: string;

  /** What it was then; absent when that is not on record. */
  @ApiProperty({ ...ANY_VALUE, required: false })
  then?: unknown;

  /** What it is now. */
  @ApiProperty(ANY_VALUE)
  now: unknown;

  /** When it was changed since, the first twenty times.
   * @example ["2026-11-22T15:00:00.000Z"] */
  @ApiList(TOLD_CHANGES_MAX)
  changed_at: Date[];
}

/** A call of this API. */
export class SuggestedCallDto {
  /** @example PUT */
  @ApiText(8)
  method: string;

  /** @example /api/v1/keys/0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiText(128)
  path: string;

  /** Null: without one. */
  @ApiAnyObject()
  @ApiProperty({ example: { allowed_ips: ['10.0.0.0/8', '203.0.113.7'] } })
  body: Record<string, unknown> | null;
}

/** What would have to be different. */
export class RemedyDto {
  /** @example "Allow 203.0.113.7, if it is one of yours." */
  @ApiText(500)
  text: string;

  /** What does it; null: it is not the key that has to change, or not on record to what. */
  call: SuggestedCallDto | null;
}

export class ExplanationLinksDto {
  /** @example /api/v1/keys/0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiText(128)
  key: string | null;

  /** What the log has of the request.
   * @example /api/v1/logs/my-keys?q=0198f0c4-3333-7a31-9d2f-1c2b3a4d5e6f */
  @ApiText(256)
  log: string;

  /** What the code means; null where there was no problem.
   * @example /problems/api-key-ip-not-allowed */
  @ApiText(128)
  problem: string | null;
}

/** Why one use of a key was let in or refused. */
export class ExplainedUseDto {
  /** Of its entry in the log.
   * @example 0198f0c4-3333-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** @example 2026-11-22T14:00:00.000Z */
  at: Date;

  @ApiProperty({ enum: VERDICT_CODES, enumName: 'VerdictCode', example: 'IP_NOT_ALLOWED' })
  code: VerdictCode;

  /** Null: none of ours was shown.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  key_id: string | null;

  /** @example "billing worker" */
  @ApiText(255)
  key_name: string | null;

  /** What is safe to show of the secret that was used.
   * @example akm_live_4fT9Kx */
  @ApiText(64)
  key_prefix: string | null;

  /** What happened, in sentences.
   * @example "The key “billing worker” (akm_live_4fT9Kx…) was refused at 2026-11-22 14:00:00 UTC: 203.0.113.7 is not an address that it may be used from (10.0.0.0/8). The request was GET /api/v1/protected/test, from 203.0.113.7, by curl/8.5.0." */
  @ApiText(8000)
  summary: string;

  observed: ObservedUseDto;

  /** Null: nothing of the key decided. */
  rule: ExplainedRuleDto | null;

  /** Whether the same use would pass the same check now; null: what is on record does not tell.
   * @example false */
  passes_now: boolean | null;

  /** What is not on record, in sentences.
   * @example ["Which permission this request asked for is not on record; the service that asked knows."] */
  @ApiTexts(5, 500)
  unknown: string[];

  /** The most promising first; empty for what was let in. */
  @ApiList(5)
  remedies: RemedyDto[];

  links: ExplanationLinksDto;
}

/** A change that the request made, or was refused. */
export class ExplainedChangeDto {
  /** Of its entry in the log.
   * @example 0198f0c4-4444-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** @example 2026-11-22T14:00:00.000Z */
  at: Date;

  @ApiProperty({ enum: AUDIT_ACTIONS, enumName: 'AuditAction', example: 'api_key_updated' })
  action: AuditAction;

  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  key_id: string | null;

  /** Who did it.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  user_id: string | null;

  /** @example 200 */
  @ApiCount(599)
  status_code: number | null;

  /** @example "Sign-in failed" */
  @ApiText(1000)
  error_message: string | null;
}

/** What one request was answered, and why. */
export class RequestExplanationDto {
  /** @example 0198f0c4-3333-7a31-9d2f-1c2b3a4d5e6f */
  @ApiText(64)
  request_id: string;

  /** The uses of keys in it that you may see, in their order: one, unless many keys were asked about at once. A key that
   * called this API is among them. */
  @ApiList(USES_MAX)
  uses: ExplainedUseDto[];

  /** What it did besides, the first hundred. */
  @ApiList(CHANGES_MAX)
  changes: ExplainedChangeDto[];

  /** How many there are.
   * @example 0 */
  @ApiCount(1_000)
  changes_total: number;
}
